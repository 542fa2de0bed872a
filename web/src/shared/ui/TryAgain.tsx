import { Button } from "../../shared/ui/Button";
import styles from "./TryAgain.module.css";
import { words } from "./words";

/** A part of the page that could not be read. */
export function TryAgain({ onTry }: { onTry: () => void }) {
  return (
    <div className={styles.line} role="alert">
      <span>{words.unreadable}</span>
      <Button onClick={onTry}>{words.tryAgain}</Button>
    </div>
  );
}

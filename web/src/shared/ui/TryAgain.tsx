import { Button } from "./Button";
import styles from "./TryAgain.module.css";

/** A part of the page that could not be read. */
export function TryAgain({ onTry }: { onTry: () => void }) {
  return (
    <div className={styles.line} role="alert">
      <span>This could not be read.</span>
      <Button onClick={onTry}>Try again</Button>
    </div>
  );
}

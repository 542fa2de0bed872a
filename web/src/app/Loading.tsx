import { LampMark } from "../shared/ui/LampMark";
import styles from "./Plain.module.css";
import { words } from "./words";

/** Seen only when something takes longer than a blink. */
export function Loading() {
  return (
    <main className={styles.plain} aria-busy="true">
      <LampMark state="running" label={words.loading} className={styles.waiting} />
    </main>
  );
}

import styles from "./AsWritten.module.css";
import { words } from "./words";

/** What is too much to lay out: every letter of it, and a line that says why it looks like this. */
export function AsWritten({ text }: { text: string }) {
  return (
    <>
      <p className={styles.note}>{words.asWritten}</p>
      <p className={styles.text}>{text}</p>
    </>
  );
}

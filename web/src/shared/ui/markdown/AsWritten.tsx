import styles from "./AsWritten.module.css";

/** What is not laid out: every letter of it, and a line that says why it looks like this. */
export function AsWritten({ text, why }: { text: string; why: string }) {
  return (
    <>
      <p className={styles.note}>{why}</p>
      <p className={styles.text}>{text}</p>
    </>
  );
}

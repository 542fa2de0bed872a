import { LampMark } from "./LampMark";
import styles from "./Wordmark.module.css";

export function Wordmark() {
  return (
    <span className={styles.brand}>
      <LampMark />
      <svg className={styles.word} viewBox="0 0 84 14" role="img" aria-label="Arcano">
        <path d="M12.25 1.5v11" />
        <circle cx="6.75" cy="7" r="5.5" />
        <path d="M18.25 12.5v-11M18.25 7a5.5 5.5 0 0 1 4.6-5.42" />
        <path d="M35.1 3.1A5.5 5.5 0 1 0 35.1 10.9" />
        <circle cx="43.9" cy="7" r="5.5" />
        <path d="M49.4 1.5v11" />
        <path d="M55.4 12.5V7a5.5 5.5 0 0 1 11 0v5.5" />
        <circle cx="76.9" cy="7" r="5.5" />
      </svg>
    </span>
  );
}

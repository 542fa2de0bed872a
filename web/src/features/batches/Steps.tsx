import styles from "./Steps.module.css";
import { words } from "./words";

/** Where one is on the way to a job: file, prompt, check. */
export function Steps({ at }: { at: 0 | 1 | 2 }) {
  return (
    <ol className={styles.steps} aria-label={words.stepsName}>
      {words.steps.map((step, place) => (
        <li
          key={step}
          className={styles.step}
          data-past={place < at}
          aria-current={place === at ? "step" : undefined}
        >
          <span className={styles.number} aria-hidden="true">
            {place + 1}
          </span>
          {step}
        </li>
      ))}
    </ol>
  );
}

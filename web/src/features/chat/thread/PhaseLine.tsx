import { LampMark } from "../../../shared/ui/LampMark";
import type { PhaseWords } from "../phase-words";
import styles from "./PhaseLine.module.css";

/** Lamp, word, muted detail. The Announcer says the word aloud when it changes; here it is only seen. */
export function PhaseLine({
  lamp,
  word,
  detail,
  isFirst = false,
}: PhaseWords & { isFirst?: boolean }) {
  return (
    <div className={styles.phase} data-first={isFirst}>
      <LampMark state={lamp} className={styles.mark} />
      {word}
      {detail && <span className={styles.detail}>{detail}</span>}
    </div>
  );
}

import { useId, useState } from "react";
import { Icon } from "../../../shared/ui/Icon";
import { words } from "../words";
import styles from "./Reasoning.module.css";

/** The model's thinking, kept apart and folded; while there is nothing else yet, its last lines show. */
export function Reasoning({ text, isThinking }: { text: string; isThinking: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const shown = isOpen ? text : isThinking ? lastLines(text) : null;
  return (
    <div className={styles.reasoning}>
      <button
        type="button"
        className={styles.toggle}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        {words.reasoning}
      </button>
      <div id={id} className={styles.text} data-tail={!isOpen} hidden={shown === null}>
        {shown}
      </div>
    </div>
  );
}

function lastLines(text: string): string {
  return text.slice(-240).trim();
}

import { useId, useState } from "react";
import { words } from "../words";
import styles from "./ParameterPanel.module.css";

/** Words at which an answer ends, one for each line. */
export function StopField({
  value,
  closed,
  onChange,
}: {
  value: readonly string[] | undefined;
  /** Why it cannot be set now. */
  closed: string | undefined;
  onChange: (text: string) => void;
}) {
  const id = useId();
  // As it is typed: an empty line says nothing yet, and must not vanish under the fingers.
  const [text, setText] = useState(value?.join("\n") ?? "");
  return (
    <div>
      <label htmlFor={id} className={styles.label}>
        {words.stops}
      </label>
      <textarea
        id={id}
        className={styles.lines}
        rows={2}
        spellCheck={false}
        autoCapitalize="none"
        disabled={closed !== undefined}
        aria-describedby={`${id}-hint`}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value);
        }}
      />
      <p id={`${id}-hint`} className={styles.hint}>
        {closed ?? words.stopsHint}
      </p>
    </div>
  );
}

import { useId, useState } from "react";
import { words } from "../words";
import styles from "./ParameterPanel.module.css";
import { type JsonSchema, typedSchema } from "./parameters";

/** The shape that answers must have, as JSON Schema. What is no JSON yet is kept, and not sent. */
export function SchemaField({
  value,
  closed,
  onChange,
}: {
  value: JsonSchema | undefined;
  /** Why it cannot be set now. */
  closed: string | undefined;
  onChange: (value: JsonSchema | undefined) => void;
}) {
  const id = useId();
  const [text, setText] = useState(value ? JSON.stringify(value, null, 2) : "");
  const isWrong = text.trim() !== "" && typedSchema(text) === undefined;
  return (
    <div>
      <label htmlFor={id} className={styles.label}>
        {words.schema}
      </label>
      <textarea
        id={id}
        className={styles.lines}
        rows={text.includes("\n") ? 6 : 2}
        spellCheck={false}
        autoCapitalize="none"
        placeholder='{"type": "object"}'
        disabled={closed !== undefined}
        aria-invalid={isWrong}
        aria-describedby={`${id}-hint`}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onChange(typedSchema(event.target.value));
        }}
      />
      <p id={`${id}-hint`} className={isWrong ? styles.wrong : styles.hint}>
        {closed ?? (isWrong ? words.schemaWrong : words.schemaHint)}
      </p>
    </div>
  );
}

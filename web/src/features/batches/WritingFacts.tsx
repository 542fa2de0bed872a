import type { Batch } from "../../shared/api/types";
import styles from "./WritingFacts.module.css";
import { words, writingWords } from "./words";

/** How answers are written, where it is not all the model's own choice. */
export function WritingFacts({ instructions }: { instructions: Batch["instructions"] }) {
  if (instructions === null) return null;
  const { parameters, answer_schema: schema } = instructions;
  const facts = writingWords(parameters);
  return (
    <>
      {facts !== "" && <p className={styles.facts}>{facts}</p>}
      {schema !== null && (
        <details className={styles.schema}>
          <summary>{words.schema}</summary>
          {/* Long ones scroll inside themselves: by keyboard, too. */}
          <pre tabIndex={0}>{JSON.stringify(schema, null, 2)}</pre>
        </details>
      )}
    </>
  );
}

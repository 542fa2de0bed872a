import type { BatchRow } from "../../shared/api/types";
import { type Kind, State } from "../../shared/ui/State";
import styles from "./BatchRowItem.module.css";
import { count, valueText } from "./format";
import { troubleWords, words } from "./words";

const kinds: Record<BatchRow["status"], Kind> = { waiting: "off", done: "done", failed: "loss" };

/** One row: its beginning and its answer's beginning in a line, all of it when opened. */
export function BatchRowItem({ row, columns }: { row: BatchRow; columns: readonly string[] }) {
  const { error } = row;
  const said = error ? troubleWords(error) : row.answer;
  const facts = words.rowFacts(row);
  return (
    <li className={styles.item}>
      <details>
        <summary className={styles.line}>
          <span className={styles.number}>{count(row.number)}</span>
          <span className={styles.brief}>{briefOf(row, columns)}</span>
          <span className={styles.brief} data-empty={said === null}>
            {said?.slice(0, 300) ?? words.noAnswer}
          </span>
          <State kind={kinds[row.status]}>{words.filters[row.status]}</State>
        </summary>
        <div className={styles.whole}>
          <dl className={styles.values}>
            {columns.map((column) => (
              <div key={column}>
                <dt>{column}</dt>
                <dd>{valueText(row.values[column])}</dd>
              </div>
            ))}
          </dl>
          {error && (
            <section>
              <h3 className={styles.name}>{words.error}</h3>
              <p className={styles.text}>{error.message}</p>
            </section>
          )}
          {row.answer !== null && (
            <section>
              <h3 className={styles.name}>{words.answer}</h3>
              <p className={styles.text}>{row.answer}</p>
            </section>
          )}
          {facts !== "" && <p className={styles.facts}>{facts}</p>}
        </div>
      </details>
    </li>
  );
}

function briefOf({ values }: BatchRow, columns: readonly string[]): string {
  const texts = columns.map((column) => valueText(values[column])).filter((text) => text !== "");
  return texts.join(" · ").slice(0, 300);
}

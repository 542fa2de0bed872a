import { useId } from "react";
import { Icon } from "../../shared/ui/Icon";
import styles from "./DraftForm.module.css";
import { words } from "./words";

/** The columns of the file, each a button that puts its place into the prompt. */
export function ColumnList({
  columns,
  onInsert,
}: {
  columns: readonly string[];
  onInsert: (column: string) => void;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles.label}>
        {words.columns}
      </h2>
      <p className={styles.note}>{words.columnsNote}</p>
      <ul className={styles.columns}>
        {columns.map((column) => (
          <li key={column}>
            <button
              type="button"
              className={styles.column}
              aria-label={words.insert(column)}
              onClick={() => onInsert(column)}
            >
              <Icon name="plus" />
              <span>{column}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

import type { Table, TableCell } from "mdast";
import { Fragment } from "react";
import { Inlines } from "./Inlines";
import styles from "./TableView.module.css";
import { words } from "./words";
import { wordsOf } from "./words-of";

/** A wide head over many short rows would be more cells than letters: such rows end where they were ended. */
const mostFilledUp = 5_000;

/** A table that scrolls inside itself. */
export function TableView({ node, dir }: { node: Table; dir: "auto" | undefined }) {
  const [head, ...rows] = node.children;
  const columns = head?.children ?? [];
  const name = columns
    .map((cell) => wordsOf(cell))
    .filter(Boolean)
    .join(", ");
  const isFilledUp = columns.length * rows.length <= mostFilledUp;
  return (
    <div
      className={styles.scroll}
      dir={dir}
      // Keyboards scroll what has the focus. Not a region: a thread of landmarks would lead nowhere.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={words.table(name)}
    >
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((cell, column) => (
              // oxlint-disable-next-line react/no-array-index-key
              <th key={column} scope="col" data-align={node.align?.[column] ?? undefined}>
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={index}>
              {(isFilledUp ? columns : row.children.slice(0, columns.length)).map((_, column) => (
                // oxlint-disable-next-line react/no-array-index-key
                <td key={column} data-align={node.align?.[column] ?? undefined}>
                  <Cell cell={row.children[column]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const lineBreak = /<br\s*\/?>/i;

/** A cell has no other way to break a line than `<br>`: the one tag that is understood, here only. */
function Cell({ cell }: { cell: TableCell | undefined }) {
  return cell?.children.map((node, index) => {
    const lines = node.type === "text" ? node.value.split(lineBreak) : [];
    if (lines.length < 2) {
      // oxlint-disable-next-line react/no-array-index-key
      return <Inlines key={index} nodes={[node]} depth={0} />;
    }
    return lines.map((line, place) => (
      // oxlint-disable-next-line react/no-array-index-key
      <Fragment key={`${index}-${place}`}>
        {place > 0 && <br />}
        {line}
      </Fragment>
    ));
  });
}

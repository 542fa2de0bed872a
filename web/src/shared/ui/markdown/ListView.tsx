import type { List, ListItem } from "mdast";
import type { ReactNode } from "react";
import styles from "./ListView.module.css";
import { words } from "./words";
import { joinClasses } from "../../lib/join-classes";

export interface ListViewProps {
  node: List;
  dir: "auto" | undefined;
  renderItem: (item: ListItem) => ReactNode;
}

export function ListView({ node, dir, renderItem }: ListViewProps) {
  const Kind = node.ordered ? "ol" : "ul";
  const loose = node.spread || node.children.some((item) => item.spread);
  return (
    <Kind
      dir={dir}
      className={joinClasses(styles.list, node.ordered ? styles.numbered : styles.dotted)}
      {...(node.ordered && node.start !== 1 && { start: node.start ?? 1 })}
      data-loose={loose || undefined}
    >
      {node.children.map((item, index) => (
        // The place is the identity: items only ever come after items.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className={styles.item} data-task={isTask(item) || undefined}>
          {isTask(item) && (
            <input
              type="checkbox"
              className={styles.box}
              checked={item.checked === true}
              disabled
              aria-label={item.checked ? words.done : words.toDo}
            />
          )}
          {renderItem(item)}
        </li>
      ))}
    </Kind>
  );
}

function isTask(item: ListItem): boolean {
  return typeof item.checked === "boolean";
}

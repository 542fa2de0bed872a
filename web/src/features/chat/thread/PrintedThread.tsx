import { AtOnceContext } from "../../../shared/ui/markdown/at-once-context";
import type { ThreadItem } from "./thread-item";
import { ThreadRow } from "./ThreadRow";
import styles from "./PrintedThread.module.css";

/** The transcript on paper: every loaded row, one after the other. */
export function PrintedThread({ items }: { items: readonly ThreadItem[] }) {
  return (
    <AtOnceContext value>
      <div className={styles.rows}>
        {items.map((item, index) => (
          <ThreadRow key={item.key} item={item} isLast={index === items.length - 1} />
        ))}
      </div>
    </AtOnceContext>
  );
}

import { Icon } from "../../shared/ui/Icon";
import { type Exported, exportAddress, type Wanted } from "./queries";
import styles from "./Usage.module.css";
import { words } from "./words";

/** Links, so that the browser writes the file while it comes, however large it is. */
export function ExportLinks({ what, wanted }: { what: Exported; wanted: Wanted }) {
  return (
    <div className={styles.exports}>
      {(["csv", "jsonl"] as const).map((form) => (
        <a
          key={form}
          className={styles.export}
          href={exportAddress(what, wanted, form)}
          download
          title={words.exportHints[what]}
        >
          <Icon name="download" />
          {form === "csv" ? words.exportCsv : words.exportJson}
        </a>
      ))}
    </div>
  );
}

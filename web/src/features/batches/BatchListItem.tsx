import { Link } from "wouter";
import type { Batch } from "../../shared/api/types";
import styles from "./BatchListItem.module.css";
import { BatchProgress } from "./BatchProgress";
import { BatchState } from "./BatchState";
import { exactTime, time } from "./format";
import { words } from "./words";

/** One job in the list: its name leads to it. */
export function BatchListItem({ batch }: { batch: Batch }) {
  const { tokens } = batch;
  const used = tokens.input_tokens + tokens.output_tokens > 0;
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <h2 className={styles.name}>
          <Link href={`/batches/${batch.id}`}>{batch.name}</Link>
        </h2>
        <BatchState batch={batch} />
      </div>
      {batch.state !== "draft" && <BatchProgress batch={batch} />}
      <p className={styles.facts}>
        <span>
          {batch.state === "draft"
            ? words.rowsAndColumns(batch.row_count, batch.columns.length)
            : batch.instructions?.model}
        </span>
        {used && <span>{words.tokens(tokens.input_tokens, tokens.output_tokens)}</span>}
        <time dateTime={batch.created_at} title={exactTime(batch.created_at)}>
          {time(batch.created_at)}
        </time>
      </p>
    </li>
  );
}

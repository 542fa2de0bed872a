import type { Batch } from "../../shared/api/types";
import styles from "./BatchProgress.module.css";
import { words } from "./words";

/** How many rows have a result, drawn and said. */
export function BatchProgress({ batch }: { batch: Batch }) {
  const { row_count, done_count, failed_count } = batch;
  const ended = done_count + failed_count;
  const share = (rows: number) => `${(rows / Math.max(1, row_count)) * 100}%`;
  return (
    <div className={styles.progress}>
      <div
        className={styles.bar}
        data-state={batch.state}
        role="progressbar"
        aria-label={`${batch.name}: ${words.progress}`}
        aria-valuemin={0}
        aria-valuemax={row_count}
        aria-valuenow={ended}
        aria-valuetext={words.of(ended, row_count)}
      >
        <span className={styles.done} style={{ width: share(done_count) }} />
        <span className={styles.failed} style={{ width: share(failed_count) }} />
      </div>
      <p className={styles.words}>
        <span>{words.of(ended, row_count)}</span>
        {failed_count > 0 && <span className={styles.loss}>{words.failedRows(failed_count)}</span>}
      </p>
    </div>
  );
}

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Batch } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Section } from "../../shared/ui/Section";
import { TryAgain } from "../../shared/ui/TryAgain";
import { BatchRowItem } from "./BatchRowItem";
import styles from "./BatchRows.module.css";
import { count } from "./format";
import { type RowFilter, rowsQuery } from "./queries";
import { words } from "./words";

const filters: readonly RowFilter[] = ["all", "waiting", "done", "failed"];

/** The rows of a job, those of one kind if wished. */
export function BatchRows({ batch }: { batch: Batch }) {
  const [filter, setFilter] = useState<RowFilter>("all");
  const { data, isError, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    ...rowsQuery(batch, filter),
    placeholderData: keepPreviousData,
  });
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const counts: Record<RowFilter, number> = {
    all: batch.row_count,
    waiting: batch.row_count - batch.done_count - batch.failed_count,
    done: batch.done_count,
    failed: batch.failed_count,
  };
  return (
    <Section title={words.rows}>
      <div className={styles.filters} role="group" aria-label={words.filter}>
        {filters.map((one) => (
          <button
            key={one}
            type="button"
            className={styles.filter}
            aria-pressed={one === filter}
            onClick={() => setFilter(one)}
          >
            {words.filters[one]} <span className={styles.count}>{count(counts[one])}</span>
          </button>
        ))}
      </div>
      {isError && !data && <TryAgain onTry={() => void refetch()} />}
      {data && rows.length === 0 && <p className={styles.none}>{words.noRows}</p>}
      <ul className={styles.rows}>
        {rows.map((row) => (
          <BatchRowItem key={row.number} row={row} columns={batch.columns} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className={styles.more} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </Section>
  );
}

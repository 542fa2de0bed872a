/** The inside of the page "Batch jobs": every job, how far it is, and the way to a new one. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageBody } from "../../shared/ui/PageBody";
import { TryAgain } from "../../shared/ui/TryAgain";
import { BatchListItem } from "./BatchListItem";
import styles from "./BatchesPage.module.css";
import { batchesQuery } from "./queries";
import { words } from "./words";

export interface BatchesPageProps {
  onNew: () => void;
}

export function BatchesPage({ onNew }: BatchesPageProps) {
  const { data, isError, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(batchesQuery);
  const batches = data?.pages.flatMap(({ items }) => items) ?? [];
  const isEmpty = data !== undefined && batches.length === 0;
  const add = (
    <Button icon="plus" variant="primary" onClick={onNew}>
      {words.newBatch}
    </Button>
  );
  return (
    <PageBody title={words.pageTitle} lead={words.pageLead} action={batches.length > 0 && add}>
      {isError && !data && <TryAgain onTry={() => void refetch()} />}
      {isEmpty && (
        <EmptyState
          title={words.emptyTitle}
          action={
            <div className={styles.first}>
              {add}
              <a className={styles.example} href="/example-reviews.csv" download>
                {words.example}
              </a>
            </div>
          }
        >
          <p className={styles.lead}>{words.emptyLead}</p>
        </EmptyState>
      )}
      {batches.length > 0 && (
        <ul className={styles.list}>
          {batches.map((batch) => (
            <BatchListItem key={batch.id} batch={batch} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button className={styles.more} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </PageBody>
  );
}

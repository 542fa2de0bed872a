/** The inside of the page "Audit": who did what, found by what is chosen above, and whether every row is as it was written. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Icon } from "../../shared/ui/Icon";
import { PageBody } from "../../shared/ui/PageBody";
import { TryAgain } from "../../shared/ui/TryAgain";
import { AuditFields } from "./AuditFields";
import styles from "./AuditPage.module.css";
import { AuditRow } from "./AuditRow";
import { type AuditFilters, filtersIn, isFiltered, searchOf } from "./filters";
import { auditQuery, exportAddress } from "./queries";
import { useSettled } from "./use-settled";
import { VerifiedMark } from "./VerifiedMark";
import { words } from "./words";

const typingMs = 250;

export interface AuditPageProps {
  filters: AuditFilters;
  onFilters: (filters: AuditFilters) => void;
}

export function AuditPage({ filters, onFilters }: AuditPageProps) {
  const chosen = searchOf(filters).toString();
  const settled = useSettled(chosen, typingMs);
  const wanted = filtersIn(new URLSearchParams(settled));
  const { data, isError, isPlaceholderData, refetch, hasNextPage, fetchNextPage } =
    useInfiniteQuery(auditQuery(wanted));
  const records = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <PageBody title={words.title} lead={words.lead} action={<ExportLink filters={wanted} />}>
      {data && <VerifiedMark verdict={data.pages[0]?.verified ?? null} />}
      <AuditFields filters={filters} onFilters={onFilters} />
      {isError && !data && <TryAgain onTry={() => void refetch()} />}
      {data && records.length === 0 && <Nothing isFiltered={isFiltered(wanted)} />}
      {records.length > 0 && (
        <div className={styles.table} aria-busy={isPlaceholderData || chosen !== settled}>
          <div className={styles.head} aria-hidden="true">
            <span className={styles.what}>{words.columns.what}</span>
            <span>{words.columns.who}</span>
            <span>{words.columns.on}</span>
            <span className={styles.when}>{words.columns.when}</span>
          </div>
          <ul className={styles.list} aria-label={words.records}>
            {records.map((record) => (
              <AuditRow
                key={record.sequence}
                record={record}
                onOnly={(more) => onFilters({ ...filters, ...more })}
              />
            ))}
          </ul>
        </div>
      )}
      {hasNextPage && (
        <Button className={styles.more} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </PageBody>
  );
}

/** A link, so that the browser writes the file while it comes, however large it is. */
function ExportLink({ filters }: { filters: AuditFilters }) {
  return (
    <a className={styles.export} href={exportAddress(filters)} download title={words.exportHint}>
      <Icon name="download" />
      {words.export}
    </a>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return (
    <EmptyState title={isFiltered ? words.noMatchTitle : words.emptyTitle}>
      {isFiltered ? words.noMatchLead : words.emptyLead}
    </EmptyState>
  );
}

/** The inside of the page "Status": every target, how it answers and who waits for it. */
import { useQuery } from "@tanstack/react-query";
import { ago } from "../../shared/lib/ago";
import { useNow } from "../../shared/lib/use-now";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageBody } from "../../shared/ui/PageBody";
import { State } from "../../shared/ui/State";
import { TryAgain } from "../../shared/ui/TryAgain";
import { statusQuery } from "./queries";
import styles from "./StatusPage.module.css";
import { TargetRow } from "./TargetRow";
import { words } from "./words";

export interface StatusPageProps {
  modelName: (id: string) => string;
  onMakeRoute: () => void;
}

export function StatusPage(props: StatusPageProps) {
  return (
    <PageBody title={words.title} lead={words.lead}>
      <Targets {...props} />
    </PageBody>
  );
}

function Targets({ modelName, onMakeRoute }: StatusPageProps) {
  const { data, isError, dataUpdatedAt, refetch } = useQuery(statusQuery);
  if (isError && !data) return <TryAgain onTry={() => void refetch()} />;
  if (!data) return null;
  const { queue, targets } = data.status;
  const { target, health, line, speed, firstWord } = words.columns;
  return (
    <>
      {isError && <Stale since={new Date(dataUpdatedAt)} />}
      {!queue.reachable && (
        <div className={styles.trouble} role="alert">
          <State kind="loss">{words.lineGone}</State>
          <p>{words.lineGoneLead}</p>
        </div>
      )}
      {targets.length === 0 ? (
        <EmptyState
          title={words.nothingTitle}
          action={<Button onClick={onMakeRoute}>{words.makeRoute}</Button>}
        >
          {words.nothingLead}
        </EmptyState>
      ) : (
        <div className={styles.table}>
          <div className={styles.head} aria-hidden="true">
            <span>{target}</span>
            <span>{health}</span>
            <span>{line}</span>
            <span>{speed}</span>
            <span>{firstWord}</span>
          </div>
          <ul className={styles.list} aria-label={words.targets}>
            {targets.map((one) => (
              <TargetRow
                key={one.id}
                target={one}
                modelName={modelName(one.model)}
                speeds={data.speeds.get(one.id) ?? []}
              />
            ))}
          </ul>
        </div>
      )}
      {queue.kind === "redis" && queue.reachable && (
        <p className={styles.note}>{words.sharedLine}</p>
      )}
    </>
  );
}

/** What was seen last stays while the server does not answer, and says how old it is. */
function Stale({ since }: { since: Date }) {
  const now = useNow(1_000);
  return (
    <p className={styles.note} role="status">
      {words.asSeen(ago(since, now))}
    </p>
  );
}

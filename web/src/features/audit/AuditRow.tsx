import { ago } from "../../shared/lib/ago";
import { useNow } from "../../shared/lib/use-now";
import type { AuditRecord } from "../../shared/api/types";
import { Icon } from "../../shared/ui/Icon";
import { State } from "../../shared/ui/State";
import { AuditDetails } from "./AuditDetails";
import styles from "./AuditRow.module.css";
import type { AuditFilters } from "./filters";
import { actionWords, actorWords, exactTime, outcomeWords, subjectWords } from "./words";

/** One act in a line; all that is known of it when opened. */
export function AuditRow({
  record,
  onOnly,
}: {
  record: AuditRecord;
  onOnly: (more: Partial<AuditFilters>) => void;
}) {
  const now = useNow(30_000);
  const { action, outcome, at } = record;
  return (
    <li className={styles.item}>
      <details>
        <summary className={styles.line}>
          <span className={styles.what}>
            <Icon name="chevron-right" />
            <span>{actionWords(action)}</span>
            {outcome !== "done" && <State kind="loss">{outcomeWords[outcome]}</State>}
          </span>
          <span className={styles.who}>{actorWords(record.actor)}</span>
          <span className={styles.on}>{subjectWords(record)}</span>
          <time className={styles.when} dateTime={at} title={exactTime(at)}>
            {ago(new Date(at), now)}
          </time>
        </summary>
        <AuditDetails record={record} onOnly={onOnly} />
      </details>
    </li>
  );
}

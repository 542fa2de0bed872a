import type { ReactNode } from "react";
import type { AuditRecord } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import styles from "./AuditDetails.module.css";
import type { AuditFilters } from "./filters";
import { actorWords, detailWords, exactTime, outcomeWords, words } from "./words";

/** All of a row, and the way from it to others like it. */
export function AuditDetails({
  record,
  onOnly,
}: {
  record: AuditRecord;
  onOnly: (more: Partial<AuditFilters>) => void;
}) {
  const { actor, subject, origin } = record;
  return (
    <dl className={styles.facts}>
      <Fact name={words.time}>{exactTime(record.at)}</Fact>
      <Fact name={words.outcome}>
        {outcomeWords[record.outcome]} <code>{record.action}</code>
      </Fact>
      <Fact name={words.actor}>
        {actorWords(actor)} {actor.id !== null && <code>{actor.id}</code>}{" "}
        {actor.id !== null && (
          <LinkButton onClick={() => onOnly({ actor: actor.id ?? "" })}>
            {words.onlyTheirs}
          </LinkButton>
        )}
      </Fact>
      {subject && (
        <Fact name={words.subject}>
          {subject.kind} <code>{subject.id}</code>{" "}
          <LinkButton onClick={() => onOnly({ subject: subject.id })}>{words.onlyThis}</LinkButton>
        </Fact>
      )}
      {Object.entries(record.details).map(([name, value]) => (
        <Fact key={name} name={name}>
          {detailWords(value)}
        </Fact>
      ))}
      {origin.address !== null && <Fact name={words.address}>{origin.address}</Fact>}
      {origin.user_agent !== null && <Fact name={words.client}>{origin.user_agent}</Fact>}
      {origin.request_id !== null && (
        <Fact name={words.request}>
          <code>{origin.request_id}</code>
        </Fact>
      )}
      <Fact name={words.row}>{detailWords(record.sequence)}</Fact>
      <Fact name={words.hash}>
        <code>{record.hash}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

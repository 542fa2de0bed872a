import { useQuery } from "@tanstack/react-query";
import type { UsageSums } from "../../shared/api/types";
import { money } from "../../shared/lib/money";
import { counted, percent, shortly, spell, uptime } from "./numbers";
import { sessionsQuery, type Wanted } from "./queries";
import styles from "./Usage.module.css";
import { words } from "./words";

/** What all of it comes to, in a few numbers. */
export function Totals({ sums, wanted }: { sums: UsageSums; wanted: Wanted }) {
  const tokens = sums.input_tokens + sums.output_tokens;
  return (
    <dl className={styles.totals}>
      <Total
        name={words.tokens}
        value={shortly(tokens)}
        whole={counted(tokens)}
        note={`${shortly(sums.input_tokens)} ${words.read}, ${shortly(sums.output_tokens)} ${words.written}`}
      />
      <Total
        name={words.cost}
        value={sums.unpriced === sums.calls ? "–" : money(sums.cost_micros)}
        note={sums.unpriced > 0 ? words.unknownPrice(counted(sums.unpriced)) : ""}
      />
      <Total
        name={words.requests}
        value={shortly(sums.calls)}
        whole={counted(sums.calls)}
        note=""
      />
      <Total
        name={words.uptime}
        value={uptime(sums.failed, sums.calls)}
        whole={words.uptimeTitle}
        note={sums.failed > 0 ? words.uptimeNote(counted(sums.failed)) : ""}
      />
      <Total name={words.fromCache} value={percent(sums.from_cache, sums.calls)} note="" />
      {wanted.everybody && sums.people !== null && (
        <Total name={words.people} value={counted(sums.people)} note="" />
      )}
      <SessionTotal wanted={wanted} />
    </dl>
  );
}

/** How long people are at it; nothing where nobody asked on the page. */
function SessionTotal({ wanted }: { wanted: Wanted }) {
  const { data } = useQuery(sessionsQuery(wanted));
  if (!data || data.total.p50_seconds === null || data.total.p90_seconds === null) return null;
  const { sessions, p50_seconds, p90_seconds } = data.total;
  return (
    <Total
      name={words.session}
      value={spell(p50_seconds)}
      whole={words.sessionTitle}
      note={words.sessionNote(counted(sessions), spell(p90_seconds))}
    />
  );
}

function Total({
  name,
  value,
  whole,
  note,
}: {
  name: string;
  value: string;
  whole?: string;
  note: string;
}) {
  return (
    <div className={styles.total}>
      <dt>{name}</dt>
      <dd title={whole}>{value}</dd>
      {note && <dd className={styles.note}>{note}</dd>}
    </div>
  );
}

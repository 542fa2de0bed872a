import { contextWords as words } from "../context-words";
import styles from "./ContextGauge.module.css";
import type { Filling } from "./gauge";

/** The parts of what is read, in tokens. Those that are empty are not named. */
export function ContextParts({
  titleId,
  filling,
  model,
}: {
  titleId: string;
  filling: Filling;
  model: string;
}) {
  const { parts, room, total, reserve } = filling;
  const free = room === null ? null : Math.max(0, room - total);
  const rows = parts.filter(({ name, tokens }) => tokens > 0 || name === "history");
  return (
    <section className={styles.parts}>
      <h2 id={titleId} className={styles.title}>
        {words.heading(filling)}
      </h2>
      <dl className={styles.numbers}>
        {rows.map(({ name, tokens }) => (
          <div key={name} className={styles.number} data-part={name}>
            <dt>{words.parts[name]}</dt>
            <dd>{grouped(tokens)}</dd>
          </div>
        ))}
        {free !== null && (
          <>
            <div className={styles.number} data-part="reserve">
              <dt>{words.reserve}</dt>
              <dd>{grouped(reserve)}</dd>
            </div>
            <div className={styles.number} data-part="free">
              <dt>{words.free}</dt>
              <dd>{grouped(free)}</dd>
            </div>
          </>
        )}
      </dl>
      {room === null && <p className={styles.hint}>{words.unknown(model)}</p>}
    </section>
  );
}

function grouped(tokens: number): string {
  return tokens.toLocaleString("en");
}

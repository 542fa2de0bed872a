import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { UsageRow, UsageSums } from "../../shared/api/types";
import { Select } from "../../shared/ui/Select";
import { joinClasses } from "../../shared/lib/join-classes";
import { money } from "../../shared/lib/money";
import { counted, percent, shortly } from "./numbers";
import { type Grouping, groupings, usageQuery, type Wanted } from "./queries";
import styles from "./Usage.module.css";
import { words } from "./words";

/** What it was used for: by model, person and so on, the most first. */
export function Groups({ wanted, total }: { wanted: Wanted; total: UsageSums }) {
  const [by, setBy] = useState<Grouping>("model");
  const { data, isPlaceholderData } = useQuery(usageQuery(wanted, by));
  const all = total.input_tokens + total.output_tokens;
  return (
    <section className={joinClasses(styles.parts, styles.groups)}>
      <Select
        label={words.by}
        value={by}
        onChange={(chosen) => setBy(groupings.find((name) => name === chosen) ?? "model")}
      >
        {groupings
          .filter((name) => wanted.everybody || (name !== "person" && name !== "group"))
          .map((name) => (
            <option key={name} value={name}>
              {words.bys[name]}
            </option>
          ))}
      </Select>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={words.bys[by]}>
        <table className={styles.table} aria-busy={isPlaceholderData}>
          <thead>
            <tr>
              <th scope="col">{words.bys[by]}</th>
              <th scope="col">{words.requests}</th>
              <th scope="col">{words.tokens}</th>
              <th scope="col">{words.cost}</th>
              <th scope="col">{words.failures}</th>
              <th scope="col">{words.share}</th>
            </tr>
          </thead>
          <tbody>
            {data?.items.map((row) => (
              <Row key={row.of[0]?.id ?? ""} row={row} all={all} />
            ))}
          </tbody>
        </table>
      </div>
      {data?.truncated && <p className={styles.note}>{words.truncated}</p>}
    </section>
  );
}

function Row({ row: { of, sums }, all }: { row: UsageRow; all: number }) {
  const tokens = sums.input_tokens + sums.output_tokens;
  const share = all === 0 ? 0 : tokens / all;
  return (
    <tr>
      <th scope="row">{of[0]?.name ?? of[0]?.id ?? words.none}</th>
      <td>{counted(sums.calls)}</td>
      <td title={counted(tokens)}>{shortly(tokens)}</td>
      <td>{sums.unpriced === sums.calls ? "–" : money(sums.cost_micros)}</td>
      <td>{percent(sums.failed, sums.calls)}</td>
      <td>
        <span className={styles.track} aria-hidden="true">
          <span style={{ inlineSize: `${100 * share}%` }} />
        </span>
        {percent(tokens, all)}
      </td>
    </tr>
  );
}

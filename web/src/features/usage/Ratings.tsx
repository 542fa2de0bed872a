import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RatingCount, RatingPage } from "../../shared/api/types";
import { Section } from "../../shared/ui/Section";
import { Select } from "../../shared/ui/Select";
import { ExportLinks } from "./ExportLinks";
import { counted, percent } from "./numbers";
import { type RatedBy, ratedBys, ratingsQuery, type Wanted } from "./queries";
import styles from "./Usage.module.css";
import { words } from "./words";

/** What people thought of answers, by who wrote them. */
export function Ratings({ wanted }: { wanted: Wanted }) {
  const [by, setBy] = useState<RatedBy>("model");
  const { data, isPlaceholderData } = useQuery(ratingsQuery(wanted, by));
  if (!data) return null;
  const isEmpty = data.total.up + data.total.down === 0;
  return (
    <Section
      title={words.ratings}
      note={isEmpty ? words.noRatings : words.ratingsNote}
      action={!isEmpty && <ExportLinks what="ratings" wanted={wanted} />}
    >
      {!isEmpty && (
        <div className={styles.parts}>
          <Select
            label={words.by}
            value={by}
            onChange={(chosen) => setBy(ratedBys.find((name) => name === chosen) ?? "model")}
          >
            {ratedBys.map((name) => (
              <option key={name} value={name}>
                {words.bys[name]}
              </option>
            ))}
          </Select>
          <Table page={data} by={by} isBusy={isPlaceholderData} />
          {data.truncated && <p className={styles.note}>{words.truncated}</p>}
        </div>
      )}
    </Section>
  );
}

function Table({ page, by, isBusy }: { page: RatingPage; by: RatedBy; isBusy: boolean }) {
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={words.ratings}>
      <table className={styles.table} aria-busy={isBusy}>
        <thead>
          <tr>
            {[words.bys[by], words.up, words.down, words.shareGood].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.items.map(({ of, sums }) => (
            <Row key={of[0]?.id ?? ""} name={of[0]?.id ?? words.none} count={sums} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ name, count: { up, down } }: { name: string; count: RatingCount }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{counted(up)}</td>
      <td>{counted(down)}</td>
      <td>
        <span className={styles.track} aria-hidden="true">
          <span style={{ inlineSize: `${(100 * up) / (up + down)}%` }} />
        </span>
        {percent(up, up + down)}
      </td>
    </tr>
  );
}

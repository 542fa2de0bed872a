/** The inside of the page "Usage": totals, days, what it was used for, how fast it was, and all of it as a file. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Me } from "../../shared/api/types";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageBody } from "../../shared/ui/PageBody";
import { Section } from "../../shared/ui/Section";
import { Select } from "../../shared/ui/Select";
import { TryAgain } from "../../shared/ui/TryAgain";
import { Days } from "./Days";
import { ExportLinks } from "./ExportLinks";
import { Groups } from "./Groups";
import { OwnBudgets } from "./OwnBudgets";
import { Ratings } from "./Ratings";
import { type SpanName, spanNames, usageQuery, type Wanted } from "./queries";
import { Speeds } from "./Speeds";
import { Totals } from "./Totals";
import styles from "./Usage.module.css";
import { words } from "./words";

export function UsagePage({ me }: { me: Me }) {
  const [wanted, setWanted] = useState<Wanted>({ span: "month", everybody: false });
  const { data, isError, isPlaceholderData, refetch } = useQuery(usageQuery(wanted, "day"));
  const mayReadAll = me.permissions.includes("usage.read_all");
  return (
    <PageBody
      title={words.title}
      lead={wanted.everybody ? words.leadEverybodys : words.lead}
      action={<ExportLinks what="calls" wanted={wanted} />}
    >
      <div className={styles.tools}>
        {mayReadAll && (
          <Select
            label={words.whose}
            value={wanted.everybody ? "everybodys" : "mine"}
            onChange={(chosen) => setWanted({ ...wanted, everybody: chosen === "everybodys" })}
          >
            <option value="mine">{words.mine}</option>
            <option value="everybodys">{words.everybodys}</option>
          </Select>
        )}
        <SpanPicker span={wanted.span} onChange={(span) => setWanted({ ...wanted, span })} />
      </div>
      {!wanted.everybody && <OwnBudgets />}
      {isError && !data && <TryAgain onTry={() => void refetch()} />}
      {data && data.total.calls === 0 && (
        <EmptyState title={words.emptyTitle}>{words.emptyLead}</EmptyState>
      )}
      {data && data.total.calls > 0 && (
        <div aria-busy={isPlaceholderData}>
          <Totals sums={data.total} wanted={wanted} />
          <Days page={data} wanted={wanted} />
          <Groups wanted={wanted} total={data.total} />
          <Ratings wanted={wanted} />
          {wanted.everybody && (
            <Section title={words.speeds} note={words.speedsNote}>
              <Speeds wanted={wanted} />
            </Section>
          )}
        </div>
      )}
    </PageBody>
  );
}

function SpanPicker({ span, onChange }: { span: SpanName; onChange: (span: SpanName) => void }) {
  return (
    <Select
      label={words.span}
      value={span}
      onChange={(chosen) => onChange(spanNames.find((name) => name === chosen) ?? "month")}
    >
      {spanNames.map((name) => (
        <option key={name} value={name}>
          {words.spans[name]}
        </option>
      ))}
    </Select>
  );
}

import { useQuery } from "@tanstack/react-query";
import type { UsagePage, UsageSums } from "../../shared/api/types";
import { money } from "../../shared/lib/money";
import { Section } from "../../shared/ui/Section";
import { Bars } from "./Bars";
import { daysOf } from "./days-of";
import { counted, shortly, spell } from "./numbers";
import { sessionsQuery, type Wanted } from "./queries";
import styles from "./Usage.module.css";
import { words } from "./words";

type Shown = keyof typeof words.eachDay;

interface Chart {
  shown: Shown;
  amountOf: (sums: UsageSums) => number;
  short: (amount: number) => string;
  whole: (amount: number) => string;
}

const charts: readonly Chart[] = [
  {
    shown: "tokens",
    amountOf: (sums) => sums.input_tokens + sums.output_tokens,
    short: shortly,
    whole: counted,
  },
  { shown: "cost", amountOf: (sums) => sums.cost_micros, short: money, whole: money },
  { shown: "requests", amountOf: (sums) => sums.calls, short: shortly, whole: counted },
  { shown: "failed", amountOf: (sums) => sums.failed, short: shortly, whole: counted },
  { shown: "fromCache", amountOf: (sums) => sums.from_cache, short: shortly, whole: counted },
  { shown: "people", amountOf: (sums) => sums.people ?? 0, short: counted, whole: counted },
];

/** How much there was each day. What there was none of on any day has no chart, but for the first. */
export function Days({ page, wanted }: { page: UsagePage; wanted: Wanted }) {
  const days = daysOf(page);
  const drawn = charts
    .filter(({ shown }) => shown !== "people" || wanted.everybody)
    .map((chart) => ({
      ...chart,
      bars: days.map(({ day, sums }) => ({ day, amount: sums ? chart.amountOf(sums) : 0 })),
    }))
    .filter(({ shown, bars }) => shown === "tokens" || bars.some(({ amount }) => amount > 0));
  return (
    <div className={styles.charts}>
      {drawn.map(({ shown, bars, short, whole }) => (
        <Section key={shown} title={words.eachDay[shown]}>
          <Bars label={words.eachDay[shown]} days={bars} shown={short} whole={whole} />
        </Section>
      ))}
      <SessionDays days={days.map(({ day }) => day)} wanted={wanted} />
    </div>
  );
}

/** Half of a day's sessions were no longer than its bar. */
function SessionDays({ days, wanted }: { days: readonly Date[]; wanted: Wanted }) {
  const { data } = useQuery(sessionsQuery(wanted));
  if (!data || data.items.length === 0) return null;
  const known = new Map(data.items.map(({ day, sums }) => [Date.parse(day), sums.p50_seconds]));
  const bars = days.map((day) => ({ day, amount: known.get(day.getTime()) ?? 0 }));
  return (
    <Section title={words.eachDay.session}>
      <Bars label={words.eachDay.session} days={bars} shown={spell} whole={spell} />
    </Section>
  );
}

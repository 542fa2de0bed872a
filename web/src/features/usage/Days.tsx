import type { UsagePage } from "../../shared/api/types";
import { Section } from "../../shared/ui/Section";
import { Bars } from "./Bars";
import { daysOf } from "./days-of";
import { money } from "../../shared/lib/money";
import { counted, shortly } from "./numbers";
import { words } from "./words";

/** How much there was each day: tokens, money, and people where everybody's is looked at. */
export function Days({ page, isEverybodys }: { page: UsagePage; isEverybodys: boolean }) {
  const days = daysOf(page);
  const hasCost = days.some(({ sums }) => (sums?.cost_micros ?? 0) > 0);
  return (
    <>
      <Section title={words.eachDay.tokens}>
        <Bars
          label={words.eachDay.tokens}
          days={days.map(({ day, sums }) => ({
            day,
            amount: sums ? sums.input_tokens + sums.output_tokens : 0,
          }))}
          shown={shortly}
          whole={counted}
        />
      </Section>
      {hasCost && (
        <Section title={words.eachDay.cost}>
          <Bars
            label={words.eachDay.cost}
            days={days.map(({ day, sums }) => ({ day, amount: sums?.cost_micros ?? 0 }))}
            shown={money}
            whole={money}
          />
        </Section>
      )}
      {isEverybodys && (
        <Section title={words.eachDay.people}>
          <Bars
            label={words.eachDay.people}
            days={days.map(({ day, sums }) => ({ day, amount: sums?.people ?? 0 }))}
            shown={counted}
            whole={counted}
          />
        </Section>
      )}
    </>
  );
}

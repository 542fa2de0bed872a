import type { UsagePage, UsageSums } from "../../shared/api/types";

const dayMs = 86_400_000;

/** Every day of the span, also those on which nothing happened: a gap is a fact. */
export function daysOf(page: UsagePage): { day: Date; sums: UsageSums | null }[] {
  const known = new Map(page.items.map(({ of, sums }) => [Date.parse(of[0]?.id ?? ""), sums]));
  const first = Math.floor(Date.parse(page.since) / dayMs) * dayMs;
  const days = [];
  for (let day = first; day < Date.parse(page.until); day += dayMs) {
    days.push({ day: new Date(day), sums: known.get(day) ?? null });
  }
  return days;
}

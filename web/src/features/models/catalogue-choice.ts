/** Which of the catalogue's models to show first. */
import type { CatalogueEntry } from "../../shared/api/types";

/** A first download should not take longer than a cup of tea. */
const mostToBegin = 1_500_000_000;
const few = 4;

/** The largest one that fits this machine and is here soon. */
export function bestToBegin(entries: readonly CatalogueEntry[]): CatalogueEntry | undefined {
  return entries
    .filter(({ fits, installed, size_bytes }) => fits && !installed && size_bytes < mostToBegin)
    .toSorted((one, other) => other.size_bytes - one.size_bytes)[0];
}

/** A few: the best to begin with, then others in their order, and in any case what is being downloaded. */
export function shortList(
  entries: readonly CatalogueEntry[],
  best: CatalogueEntry | undefined,
  isPending: (id: string) => boolean,
): CatalogueEntry[] {
  const others = entries.filter((entry) => entry !== best);
  const first = new Set(others.slice(0, best ? few - 1 : few));
  const shown = others.filter((entry) => first.has(entry) || isPending(entry.id));
  return best ? [best, ...shown] : shown;
}

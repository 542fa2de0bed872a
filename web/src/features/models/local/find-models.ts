/** Which models of the catalogue a person sees, and in what order. */
import type { CatalogueEntry } from "../../../shared/api/types";

export interface Search {
  text: string;
  /** Empty for all. */
  family: string;
  /** How large the file that is offered may be. */
  size: SizeBand;
  fitsOnly: boolean;
}

export type SizeBand = "any" | "small" | "medium" | "large";

const bands: Record<SizeBand, (bytes: number) => boolean> = {
  any: () => true,
  small: (bytes) => bytes <= 2e9,
  medium: (bytes) => bytes <= 8e9,
  large: (bytes) => bytes > 8e9,
};

/** The variant that is offered first. */
export function offered(entry: CatalogueEntry) {
  return entry.variants.find(({ recommended }) => recommended) ?? entry.variants[0];
}

/** Large and quick before small and quick; what is slow, the quickest first; what does not fit, last. */
function merit(entry: CatalogueEntry): readonly number[] {
  const isQuick = offered(entry)?.fit.quick === true;
  return [
    entry.fits ? 1 : 0,
    entry.purpose === "embedding" ? 0 : 1,
    isQuick ? 1 : 0,
    isQuick ? entry.size_bytes : -entry.size_bytes,
  ];
}

function compare(one: CatalogueEntry, other: CatalogueEntry): number {
  const [ours, theirs] = [merit(one), merit(other)];
  const at = ours.findIndex((value, place) => value !== theirs[place]);
  return at < 0 ? 0 : (theirs[at] ?? 0) - (ours[at] ?? 0);
}

/** The models of a search, the best for this machine first. */
export function findModels(entries: readonly CatalogueEntry[], search: Search): CatalogueEntry[] {
  const wanted = search.text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .filter(({ family }) => search.family === "" || family === search.family)
    .filter((entry) => bands[search.size](offered(entry)?.size_bytes ?? entry.size_bytes))
    .filter(({ fits }) => fits || !search.fitsOnly)
    .filter((entry) => {
      const about = `${entry.name} ${entry.description} ${entry.repo} ${entry.capabilities.join(" ")} ${entry.parameters}`;
      return wanted.every((word) => about.toLowerCase().includes(word));
    })
    .toSorted(compare);
}

/** The one to begin with: the first for chat that fits. */
export function recommended(entries: readonly CatalogueEntry[]): CatalogueEntry | undefined {
  return entries
    .filter(({ fits, purpose, installed }) => fits && purpose === "chat" && !installed)
    .toSorted(compare)[0];
}

export function families(entries: readonly CatalogueEntry[]): string[] {
  return [...new Set(entries.map(({ family }) => family))].toSorted();
}

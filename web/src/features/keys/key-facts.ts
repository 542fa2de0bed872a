import { agoInWords } from "../../shared/lib/ago-in-words";
import { words } from "./words";

/** “Used 5 minutes ago”, “Never used”. */
export function usedInWords(moment: string | null, now: Date): string {
  return moment === null ? words.unused : words.used(agoInWords(new Date(moment), now));
}

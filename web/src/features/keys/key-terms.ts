/** What is filled in about a key, as people write it, and what is sent of it. */
import type { KeyChange, KeyDoor, KeyDraft, ProgramKey } from "../../shared/api/types";

export const doors = ["api", "openai", "anthropic", "ollama", "gemini"] as const;

export const limitNames = ["requests_per_minute", "tokens_per_minute", "concurrent"] as const;
export type LimitName = (typeof limitNames)[number];

export interface KeyTerms {
  name: string;
  doors: KeyDoor[];
  models: string;
  addresses: string;
  limits: Record<LimitName, string>;
  /** Days from now; 0: for good; null: as it is. */
  days: number | null;
}

export const freshTerms: KeyTerms = {
  name: "",
  doors: ["openai"],
  models: "*",
  addresses: "",
  limits: { requests_per_minute: "", tokens_per_minute: "", concurrent: "" },
  days: 90,
};

export function termsOf(key: ProgramKey): KeyTerms {
  return {
    name: key.name,
    doors: key.doors,
    models: key.models.join(", "),
    addresses: key.addresses.join(", "),
    limits: {
      requests_per_minute: text(key.limits.requests_per_minute),
      tokens_per_minute: text(key.limits.tokens_per_minute),
      concurrent: text(key.limits.concurrent),
    },
    days: null,
  };
}

export type Mistake = "name" | "doors" | "models" | LimitName;

/** What is not as it should be. */
export function mistakesIn(terms: KeyTerms): Set<Mistake> {
  const found = new Set<Mistake>();
  if (terms.name.trim() === "") found.add("name");
  if (terms.doors.length === 0) found.add("doors");
  if (namesIn(terms.models).length === 0) found.add("models");
  for (const name of limitNames) {
    if (!/^[1-9]\d{0,8}$|^$/.test(terms.limits[name].trim())) found.add(name);
  }
  return found;
}

export function draftOf(terms: KeyTerms, now: Date, account: string | null): KeyDraft {
  return { ...sentOf(terms), expires_at: endOf(terms.days ?? 0, now), user_id: account };
}

export function changeOf(terms: KeyTerms, now: Date): KeyChange {
  const change = sentOf(terms);
  return terms.days === null ? change : { ...change, expires_at: endOf(terms.days, now) };
}

function sentOf({ name, doors: chosen, models, addresses, limits }: KeyTerms) {
  return {
    name: name.trim(),
    doors: chosen,
    models: namesIn(models),
    addresses: listed(addresses),
    limits: {
      requests_per_minute: number(limits.requests_per_minute),
      tokens_per_minute: number(limits.tokens_per_minute),
      concurrent: number(limits.concurrent),
    },
  };
}

const text = (limit: number | null) => (limit === null ? "" : String(limit));

const number = (written: string) => (written.trim() === "" ? null : Number(written));

function endOf(days: number, now: Date): string | null {
  return days === 0 ? null : new Date(now.getTime() + days * 86_400_000).toISOString();
}

/** Only commas and lines part them: the name of a route may have spaces. */
function namesIn(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter(Boolean);
}

function listed(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

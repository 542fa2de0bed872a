/** Numbers and times as people read them. */

const numbers = new Intl.NumberFormat("en");
const times = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const exactTimes = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "medium" });

export function count(number: number): string {
  return numbers.format(number);
}

export function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

export function time(iso: string): string {
  return times.format(new Date(iso));
}

export function exactTime(iso: string): string {
  return exactTimes.format(new Date(iso));
}

/** A value of a row as one reads it: text as it is, anything else as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Numbers as people read them: grouped, rounded, bound to their unit. */

const units = ["bytes", "kB", "MB", "GB", "TB"];

function inUnit(bytes: number): readonly [value: number, unit: string] {
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return [bytes / 1000 ** step, units[step] ?? "bytes"];
}

function rounded(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** “5.2 GB”. */
export function size(bytes: number): string {
  const [value, unit] = inUnit(bytes);
  return `${rounded(value)}\u00a0${unit}`;
}

/** “3.1 of 7.3 GB”: both in the unit of the whole. */
export function part(done: number, total: number): string {
  const [value, unit] = inUnit(total);
  const inSameUnit = value === 0 ? 0 : done / (total / value);
  return `${rounded(Math.min(inSameUnit, value))} of ${rounded(value)}\u00a0${unit}`;
}

/** “about 4 min”, “about 20 s”. */
export function wait(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes}\u00a0min`;
  return `about ${rounded(seconds / 3600)}\u00a0h`;
}

/** “0.4 s”. */
export function latency(milliseconds: number): string {
  if (milliseconds < 100) return `${Math.max(1, Math.round(milliseconds))}\u00a0ms`;
  return `${(milliseconds / 1000).toFixed(1)}\u00a0s`;
}

/** “32,768”. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

const small = "no one two three four five six seven eight nine ten eleven twelve".split(" ");

/** Small numbers in words, as within a sentence. */
export function countWord(value: number): string {
  return small[value] ?? count(value);
}

/** The server part of an address: “localhost:11434”. */
export function host(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

/** “$0.15”, “$3”: an amount in micro-units, with as many digits as it needs. */
export function money(micros: number, currency: string): string {
  const amount = micros / 1_000_000;
  const digits = Number.isInteger(amount) ? 0 : 2;
  return amount.toLocaleString("en", {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    // A hundredth of a cent still tells two models apart.
    maximumFractionDigits: amount < 0.1 ? 4 : 2,
  });
}

/** Amounts as people read them. */

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const dollars = new Intl.NumberFormat(undefined, { style: "currency", currency: "USD" });
const cents = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
});

export const counted = (number: number): string => whole.format(number);
export const shortly = (number: number): string => short.format(number);

/** Millionths of a dollar. What is less than a cent keeps two digits, so that little is not nothing. */
export function money(micros: number): string {
  const amount = micros / 1_000_000;
  return micros !== 0 && amount < 0.01 ? cents.format(amount) : dollars.format(amount);
}

export function duration(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function percent(part: number, all: number): string {
  return all === 0 ? "0 %" : `${((100 * part) / all).toFixed(part > 0 && part < all ? 1 : 0)} %`;
}

/** Amounts as people read them. */

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
export const counted = (number: number): string => whole.format(number);
export const shortly = (number: number): string => short.format(number);

export function duration(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function percent(part: number, all: number): string {
  return all === 0 ? "0 %" : `${((100 * part) / all).toFixed(part > 0 && part < all ? 1 : 0)} %`;
}

/** What of all did not fail, never rounded up: “100 %” is without any failure. */
export function uptime(failed: number, all: number): string {
  const hundredths = all === 0 ? 10_000 : Math.floor((10_000 * (all - failed)) / all);
  return `${hundredths % 100 === 0 ? hundredths / 100 : (hundredths / 100).toFixed(2)} %`;
}

/** “40 s”, “12 min”, “2 h 5 min”. */
export function spell(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

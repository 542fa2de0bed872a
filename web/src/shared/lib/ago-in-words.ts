const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** “just now”, “5 minutes ago”, “2 hours ago”, “yesterday”. A clock that runs ahead is “just now” too. */
export function agoInWords(moment: Date, now: Date): string {
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  for (const [unit, length] of units) {
    if (seconds >= length) return relative.format(-Math.floor(seconds / length), unit);
  }
  return "just now";
}

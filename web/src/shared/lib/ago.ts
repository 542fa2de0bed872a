/** “just now”, “12 s ago”, “4 min ago”, “2 h ago”, “3 days ago”. */
export function ago(moment: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - moment.getTime()) / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 90) return `${Math.round(seconds)}\u00a0s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)}\u00a0min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)}\u00a0h ago`;
  return `${Math.round(seconds / 86_400)}\u00a0days ago`;
}

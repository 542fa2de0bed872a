const shortest = 400;
const longest = 15_000;

/**
 * How long to wait before the next attempt, in milliseconds: doubling, with jitter, so that a restarted server is
 * not met by every page at the same instant.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longest, shortest * 2 ** attempt);
  return ceiling / 2 + (random() * ceiling) / 2;
}

import { useEffect, useState } from "react";

/** The present moment, at most so old: for what is said of how long ago something was. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());

  // Synchronises with the clock.
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

import { useEffect, useState } from "react";

const everyMs = 30_000;

/** The present moment, half a minute old at most: enough for “5 minutes ago”. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());

  // Synchronises with the clock.
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

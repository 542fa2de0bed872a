import { useEffect, useState } from "react";

const everyMs = 1_000;

/** The present moment, a second old at most: for what is said of how long ago something was. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());

  // Synchronises with the clock.
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

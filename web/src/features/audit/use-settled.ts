import { useEffect, useState } from "react";

/** A value once it has not changed for so long: what is asked for while somebody types. */
export function useSettled(value: string, afterMs: number): string {
  const [settled, setSettled] = useState(value);

  // Synchronises with the clock.
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

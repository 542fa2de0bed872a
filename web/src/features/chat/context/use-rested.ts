import { useEffect, useState } from "react";

/** A value that follows `value` once that has rested: typing must not wait for what is shown of it. */
export function useRested<Value>(value: Value, restMs: number): Value {
  const [rested, setRested] = useState(value);

  // Synchronises with the clock.
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);

  return rested;
}

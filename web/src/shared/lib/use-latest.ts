import { type RefObject, useLayoutEffect, useRef } from "react";

/** The newest value, for callbacks that must stay the same while what they read changes. */
export function useLatest<Value>(value: Value): RefObject<Value> {
  const ref = useRef(value);
  // Written after drawing: a drawing that is thrown away must leave no trace.
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}

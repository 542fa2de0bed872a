import { type RefObject, useEffect, useRef } from "react";

/**
 * Takes the focus to an element when it appears, where the one that had it went away with the step before.
 *
 * Give the element `tabIndex={-1}`, unless it can have the focus anyway.
 */
export function useFocusHere<Target extends HTMLElement>(
  isWanted: boolean,
): RefObject<Target | null> {
  const target = useRef<Target>(null);
  // Synchronises the focus, which is the browser's.
  useEffect(() => {
    if (isWanted) target.current?.focus({ preventScroll: true });
  }, [isWanted]);
  return target;
}

import { useEffect, useState } from "react";

/**
 * Whether somebody else is signed in now than when the page was opened. The page then begins anew: what it has of a
 * person in its memory (answers, drafts, timers, requests under way) is too much to be named and forgotten one by one.
 */
export function useSomebodyElse(personId: string | undefined): boolean {
  const [first, setFirst] = useState(personId);
  if (first === undefined && personId !== undefined) setFirst(personId);
  const isSomebodyElse = first !== undefined && personId !== undefined && personId !== first;

  useEffect(() => {
    if (isSomebodyElse) location.replace("/");
  }, [isSomebodyElse]);

  return isSomebodyElse;
}

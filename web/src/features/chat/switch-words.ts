import { assertNever } from "../../shared/lib/assert-never";
import type { TargetSwitch } from "./turn-state";

/** That another took over, and why: one quiet line. */
export function switchWords(
  { from, to, reason, after }: TargetSwitch,
  nameOf: (target: string) => string,
): string {
  const next = nameOf(to);
  const deed = after === null ? `${next} took over` : `${next} went on after “${after}”`;
  return `${deed}: ${reasonWords(reason, nameOf(from))}.`;
}

function reasonWords(reason: TargetSwitch["reason"], who: string): string {
  switch (reason) {
    case "failure":
      return `${who} failed`;
    case "overload":
      return `${who} was overloaded`;
    case "context-too-long":
      return `this is more than ${who} can read`;
    case "refusal":
      return `${who} declined to answer`;
    default:
      return assertNever(reason);
  }
}

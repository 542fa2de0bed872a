/** How a target is doing, in a word and a shape. */
import type { RouteTarget, TargetStatus } from "../../shared/api/types";
import type { Kind } from "../../shared/ui/State";
import { words } from "./words";

export interface Health {
  kind: Kind;
  text: string;
}

export function healthOf(target: TargetStatus): Health {
  const { breaker, tried_again_in_seconds, running, waiting, answered, failed } = target;
  if (breaker === "open") return { kind: "loss", text: words.resting(tried_again_in_seconds ?? 0) };
  if (breaker === "half-open") return { kind: "off", text: words.trying };
  if (running !== null && running > 0) return { kind: "running", text: words.answering(running) };
  if (waiting !== null && waiting > 0) return { kind: "running", text: words.allWaiting };
  if (answered > 0) return { kind: "done", text: words.healthy };
  if (failed > 0) return { kind: "loss", text: words.failing };
  return { kind: "off", text: words.notAsked };
}

/** What is wrong with a target before it is asked at all; null if nothing is. */
export function absenceOf(state: RouteTarget["state"]): Health | null {
  if (state === "model-unknown") return { kind: "loss", text: words.unknownModel };
  if (state === "not-answering") return { kind: "loss", text: words.notAnswering };
  return null;
}

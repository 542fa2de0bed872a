import type { Batch } from "../../shared/api/types";
import { type Kind, State } from "../../shared/ui/State";
import { stateWords } from "./words";

const kinds: Record<Batch["state"], Kind> = {
  draft: "off",
  running: "running",
  paused: "off",
  finished: "done",
  cancelled: "off",
};

/** A job's state; one that paused by itself shows that something is wrong. */
export function BatchState({ batch }: { batch: Batch }) {
  const kind = batch.trouble === null ? kinds[batch.state] : "loss";
  return <State kind={kind}>{stateWords[batch.state]}</State>;
}

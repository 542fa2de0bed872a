import type { TurnEvent } from "../../../shared/api/turn-event";
import type { ContextGauge } from "../../../shared/api/types";

type ContextEvent = Extract<TurnEvent, { type: "context" }>;

const nothingLeftOut = {
  limit: 8_000,
  reserve: 2_000,
  system: 0,
  history: 1_000,
  documents: 0,
  tools: 0,
  question: 0,
  total: 1_000,
  exact: false,
  spread: 0.1,
  dropped_messages: 0,
  summarised_messages: 0,
  summary_id: null,
  summary_failed: false,
};

/** What a turn tells of its context, for tests: all of it was read, unless told otherwise. */
export function aContext(changes: Partial<ContextEvent> = {}): ContextEvent {
  return { ...nothingLeftOut, type: "context", first_message_id: "m1", ...changes };
}

/** What the next question would be read with, for tests: a sixth of what fits, unless told otherwise. */
export function aGauge(changes: Partial<ContextGauge> = {}): ContextGauge {
  return { ...nothingLeftOut, tokens_per_unit: 1, ...changes };
}

import type { PhaseEvent } from "../../../shared/api/turn-event";

/** A phase for tests: nothing more is known than its name, unless told otherwise. */
export function aPhase(name: PhaseEvent["name"], changes: Partial<PhaseEvent> = {}): PhaseEvent {
  return {
    type: "phase",
    name,
    position: null,
    eta_seconds: null,
    messages: null,
    ...changes,
  };
}

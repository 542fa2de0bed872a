import type { ProblemBody } from "./api-problem";
import type { TurnEvent } from "./turn-event";

/** A hint that something of this person's changed: look again. Never the truth itself. */
export type Notice =
  | {
      name: "turn-started" | "turn-ended";
      turn_id: string;
      conversation_id: string;
      status: string;
    }
  | { name: "conversation-changed" | "conversation-deleted"; conversation_id: string }
  | { name: "models-changed" | "budget-warned" };

/** What arrives on the socket. */
export type Frame =
  | { type: "answer"; id: string; body: unknown }
  | { type: "error"; id: string; problem: ProblemBody }
  | { type: "event"; turn_id: string; sequence: number; event: TurnEvent }
  | { type: "notice"; notice: Notice };

export function readFrame(text: string): Frame {
  return JSON.parse(text) as Frame;
}

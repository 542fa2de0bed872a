import type { components } from "./schema";

type Schemas = components["schemas"];

/** What is said while a reply is written, one small fact at a time. */
export type TurnEvent = Schemas["TurnEventView"];
export type PhaseEvent = Schemas["Phase"];

const closing: readonly string[] = [
  "turn-finished",
  "turn-stopped",
  "turn-failed",
  "turn-interrupted",
] satisfies TurnEvent["type"][];

/** Whether this event is the last of its turn. */
export function isClosing(event: TurnEvent): boolean {
  return closing.includes(event.type);
}

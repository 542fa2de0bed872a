import { asParameters, type Parameters } from "../parameters/parameters";

/** A message on its way to the server: kept, and shown, until the server has it. */
export interface Outgoing {
  /** Also the `client_message_id`: sending again under the same one never makes a second message. */
  id: string;
  /** Null until its conversation was made. */
  conversationId: string | null;
  /** Which new chat it was written in: all of one go into the conversation that the first of them makes. */
  newChat?: string;
  text: string;
  model: string;
  /** Left out: the end of the branch shown. Null: a new beginning. */
  parentId?: string | null;
  /** As they were when it was written. */
  parameters?: Parameters;
  /** Milliseconds; messages of one conversation go in this order. */
  writtenAt: number;
  state: OutgoingState;
}

export type OutgoingState =
  /** Its turn has not come: a reply is still being written, or another message goes first. */
  | { kind: "waiting" }
  | { kind: "sending" }
  /** The server could not take it now; it is tried again by itself. */
  | { kind: "delayed" }
  /** The server will not take it like this. */
  | { kind: "refused"; code: string; detail: string };

/** Reads back what was written down; null when it is not one. */
export function asOutgoing(text: string | null): Outgoing | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (!isOutgoing(value)) return null;
    const { parameters, ...message } = value;
    return {
      ...message,
      ...(parameters && { parameters: asParameters(parameters) }),
      state: { kind: "waiting" },
    };
  } catch {
    return null;
  }
}

function isOutgoing(value: unknown): value is Outgoing {
  if (typeof value !== "object" || value === null) return false;
  return (
    "id" in value &&
    typeof value.id === "string" &&
    "text" in value &&
    typeof value.text === "string" &&
    "model" in value &&
    typeof value.model === "string" &&
    "writtenAt" in value &&
    typeof value.writtenAt === "number" &&
    "conversationId" in value &&
    (value.conversationId === null || typeof value.conversationId === "string")
  );
}

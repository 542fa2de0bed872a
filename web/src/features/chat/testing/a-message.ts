import type { Message } from "../../../shared/api/types";

/** A message for tests: finished, and said by a person unless told otherwise. */
export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    id: "m1",
    conversation_id: "c1",
    parent_id: null,
    role: "user",
    content: [{ type: "text", text: "What is the weather like in Oslo?" }],
    status: "finished",
    model: null,
    answered_by: null,
    from_cache: null,
    created_at: "2026-11-21T09:30:00.000Z",
    turn_id: null,
    sibling_ids: ["m1"],
    reasoning: null,
    error: null,
    usage: null,
    finish_reason: null,
    left_out: null,
    asked_by: null,
    rating: null,
    ...changes,
  };
}

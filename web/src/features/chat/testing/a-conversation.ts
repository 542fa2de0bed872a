import type { Conversation } from "../../../shared/api/types";

/** A conversation for tests: nothing runs in it unless told otherwise. */
export function aConversation(changes: Partial<Conversation> = {}): Conversation {
  return {
    id: "c1",
    title: "Weather in Oslo",
    created_at: "2026-11-21T09:30:00.000Z",
    updated_at: "2026-11-21T09:30:00.000Z",
    head_id: "m1",
    running_turn_ids: [],
    context_policy: { name: "slide", model: null },
    access: "owner",
    owner_name: null,
    is_shared: false,
    ...changes,
  };
}

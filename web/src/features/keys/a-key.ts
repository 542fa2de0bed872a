import type { ProgramKey } from "../../shared/api/types";

/** A key for tests. */
export function aKey(more: Partial<ProgramKey> = {}): ProgramKey {
  return {
    id: "k1",
    name: "Nightly",
    user_id: "grace",
    owner_name: "Grace",
    owner_kind: "person",
    state: "active",
    doors: ["api", "openai"],
    models: ["*"],
    addresses: [],
    limits: { requests_per_minute: null, tokens_per_minute: null, concurrent: null },
    created_at: "2026-11-21T09:30:00Z",
    expires_at: null,
    last_used_at: null,
    secrets: [
      {
        shown: "sk-arc-…abcd",
        hint: "abcd",
        made_at: "2026-11-21T09:30:00Z",
        ends_at: null,
        last_used_at: null,
      },
    ],
    ...more,
  };
}

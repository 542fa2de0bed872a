/** Somebody who is signed in. */
import type { Me } from "../../shared/api/types";

export function aPerson(changes: Partial<Me> = {}): Me {
  return {
    id: "ada",
    email: "ada@example.org",
    name: "Ada",
    role: "member",
    role_name: "Member",
    has_password: true,
    read_all_allowed: false,
    permissions: [],
    created_at: "2026-11-21T09:30:00.000Z",
    ...changes,
  };
}

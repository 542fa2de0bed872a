/** Examples for tests. */
import type { Me, Person, Role } from "../../shared/api/types";

export function aPerson(more: Partial<Person> = {}): Person {
  return {
    id: "grace",
    email: "grace@example.org",
    name: "Grace",
    role: "member",
    role_name: "Member",
    state: "active",
    kind: "person",
    groups: [],
    created_at: "2026-11-21T09:30:00Z",
    seen_at: null,
    ...more,
  };
}

export function aRole(more: Partial<Role> = {}): Role {
  return {
    id: "member",
    name: "Member",
    permissions: ["model.use"],
    built_in: true,
    changed: false,
    people: 1,
    ...more,
  };
}

export function anOwner(more: Partial<Me> = {}): Me {
  return {
    id: "owner",
    email: "owner@example.org",
    name: "Owner",
    role: "owner",
    role_name: "Owner",
    has_password: true,
    read_all_allowed: false,
    permissions: [
      "person.read",
      "person.manage",
      "group.manage",
      "role.manage",
      "service.manage",
      "sign_in.manage",
    ],
    created_at: "2026-11-21T09:30:00Z",
    ...more,
  };
}

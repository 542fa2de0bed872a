import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type {
  Belongings,
  Group,
  Invitation,
  InvitationDraft,
  MadeInvitation,
  Page,
  PasswordReset,
  Permission,
  Person,
  PersonChange,
  PersonPage,
  Policies,
  Role,
} from "../../shared/api/types";

export interface PersonFilter {
  query: string;
  state: string;
  role: string;
  group?: string;
}

/** People by name, as many as were asked for so far. */
export function peopleQuery(filter: PersonFilter) {
  const { query, state, role, group } = filter;
  return infiniteQueryOptions({
    queryKey: ["people", filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<PersonPage>(
        "/api/people",
        {
          query: query || null,
          state: state || null,
          role: role || null,
          group: group ?? null,
          cursor: pageParam || null,
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: ({ signal }) => api.get<Page<Invitation>>("/api/invitations", {}, signal),
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => api.get<Page<Role>>("/api/roles", {}, signal),
});

export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: ({ signal }) => api.get<Page<Permission>>("/api/permissions", {}, signal),
});

export const groupsQuery = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) => api.get<Page<Group>>("/api/groups", {}, signal),
});

export const policiesQuery = queryOptions({
  queryKey: ["policies"],
  queryFn: ({ signal }) => api.get<Policies>("/api/policies", {}, signal),
});

export function belongingsQuery(id: string) {
  return queryOptions({
    queryKey: ["people", id, "belongings"],
    queryFn: ({ signal }) => api.get<Belongings>(`/api/people/${id}/belongings`, {}, signal),
  });
}

export function changePerson(id: string, change: PersonChange): Promise<Person> {
  return api.patch<Person>(`/api/people/${id}`, change);
}

export function deletePerson(id: string): Promise<void> {
  return api.delete(`/api/people/${id}`);
}

export function signPersonOut(id: string): Promise<void> {
  return api.delete(`/api/people/${id}/sessions`);
}

export function makeReset(id: string): Promise<PasswordReset> {
  return api.post<PasswordReset>(`/api/people/${id}/password-reset`, {});
}

export function addAccount(name: string, role: string): Promise<Person> {
  return api.post<Person>("/api/service-accounts", { name, role });
}

export function invite(draft: InvitationDraft): Promise<MadeInvitation> {
  return api.post<MadeInvitation>("/api/invitations", draft);
}

export function revoke(id: string): Promise<void> {
  return api.delete(`/api/invitations/${id}`);
}

export type RoleDraft = Pick<Role, "name" | "permissions">;

export function addRole(draft: RoleDraft): Promise<Role> {
  return api.post<Role>("/api/roles", draft);
}

export function changeRole(id: string, change: Partial<RoleDraft>): Promise<Role> {
  return api.patch<Role>(`/api/roles/${id}`, change);
}

/** A built-in role is put back to what it is by default. */
export function deleteRole(id: string): Promise<void> {
  return api.delete(`/api/roles/${id}`);
}

export type GroupDraft = Pick<Group, "name" | "description" | "permissions" | "models">;

export function addGroup(draft: GroupDraft): Promise<Group> {
  return api.post<Group>("/api/groups", draft);
}

export function changeGroup(id: string, change: Partial<GroupDraft>): Promise<Group> {
  return api.patch<Group>(`/api/groups/${id}`, change);
}

export function deleteGroup(id: string): Promise<void> {
  return api.delete(`/api/groups/${id}`);
}

export function putInGroup(id: string, people: string[]): Promise<Group> {
  return api.post<Group>(`/api/groups/${id}/people`, { people });
}

export function takeOutOfGroup(id: string, person: string): Promise<void> {
  return api.delete(`/api/groups/${id}/people/${person}`);
}

export function setPolicies(policies: Omit<Policies, "mail">): Promise<Policies> {
  return api.put<Policies>("/api/policies", policies);
}

/** Looks again at everything that a change about people may have changed, oneself included. */
export async function lookAgain(client: QueryClient): Promise<void> {
  await Promise.all(
    ["people", "invitations", "roles", "groups", "me"].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  );
}

/** Those whom the workspace can be handed over to. */
export const heirsQuery = queryOptions({
  queryKey: ["people", "heirs"],
  queryFn: ({ signal }) =>
    api.get<PersonPage>("/api/people", { state: "active", kind: "person", limit: 200 }, signal),
});

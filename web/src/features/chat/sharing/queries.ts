import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type {
  Conversation,
  Grant,
  GrantDraft,
  Group,
  Page,
  PersonPage,
} from "../../../shared/api/types";

/** What others share with oneself. */
export const sharedQuery = queryOptions({
  queryKey: ["shared-conversations"],
  queryFn: ({ signal }) => api.get<Page<Conversation>>("/api/shared-conversations", {}, signal),
});

/** Whom a conversation is shared with. */
export function grantsQuery(id: string) {
  return queryOptions({
    queryKey: ["grants", id],
    queryFn: ({ signal }) => api.get<Page<Grant>>(`/api/conversations/${id}/grants`, {}, signal),
  });
}

/** People whom one could share with, as many as were asked for so far. */
export const othersQuery = infiniteQueryOptions({
  queryKey: ["people", "to-share-with"],
  queryFn: ({ pageParam, signal }) =>
    api.get<PersonPage>(
      "/api/people",
      { state: "active", kind: "person", limit: 200, cursor: pageParam || null },
      signal,
    ),
  initialPageParam: "",
  getNextPageParam: ({ next_cursor }) => next_cursor,
});

export const groupsToShareQuery = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) => api.get<Page<Group>>("/api/groups", {}, signal),
});

export function share(id: string, grant: GrantDraft): Promise<Page<Grant>> {
  return api.put<Page<Grant>>(`/api/conversations/${id}/grants`, grant);
}

export function unshare(id: string, grant: Grant): Promise<Page<Grant>> {
  const { grantee_kind, grantee_id } = grant;
  return api.delete(`/api/conversations/${id}/grants`, { grantee_kind, grantee_id });
}

/** Give back what was shared with oneself. */
export function leaveShared(id: string): Promise<void> {
  return api.delete(`/api/shared-conversations/${id}`);
}

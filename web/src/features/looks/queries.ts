import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { Conversation, LookPage, Message, Page } from "../../shared/api/types";

/** Who looked into one's own conversations, newest first. */
export const looksQuery = infiniteQueryOptions({
  queryKey: ["looks"],
  queryFn: ({ pageParam, signal }) =>
    api.get<LookPage>("/api/me/looks", { before: pageParam || null }, signal),
  initialPageParam: "",
  getNextPageParam: ({ next_cursor }) => next_cursor,
});

/** Take note of this look and of all before it. */
export function seeLooks(through: string): Promise<void> {
  return api.post<void>("/api/me/looks/seen", { through });
}

export interface Looking {
  personId: string;
  reason: string;
  /** Where the page before ended. */
  before?: string | null;
}

/** A look at the list of somebody's conversations: recorded, and they are told. */
export function listTheirs({ personId, reason, before = null }: Looking) {
  return api.post<Page<Conversation>>(`/api/people/${personId}/looks`, { reason, before });
}

/** A look into one of them: recorded, and they are told. */
export function readTheirs(conversationId: string, { personId, reason, before = null }: Looking) {
  return api.post<Page<Message>>(`/api/people/${personId}/conversations/${conversationId}/looks`, {
    reason,
    before,
  });
}

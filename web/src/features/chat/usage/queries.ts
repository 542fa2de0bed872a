import { queryOptions } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type { ConversationUsage } from "../../../shared/api/types";

export function conversationUsageKey(id: string) {
  return ["conversation-usage", id] as const;
}

/** What a conversation and each of its answers used and cost. */
export function conversationUsageQuery(id: string) {
  return queryOptions({
    queryKey: conversationUsageKey(id),
    queryFn: ({ signal }) =>
      api.get<ConversationUsage>(`/api/conversations/${id}/usage`, {}, signal),
  });
}

import type { QueryClient } from "@tanstack/react-query";
import type { Conversation } from "../../../shared/api/types";
import { conversationQuery, conversationsQuery } from "../queries";
import { withConversation, withoutConversation } from "./list-data";

/** Shows a conversation as it is now, in the list and where it is open. */
export function showConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData(conversationQuery(conversation.id).queryKey, conversation);
  client.setQueryData(
    conversationsQuery.queryKey,
    // What others share has a list of its own.
    (data) =>
      conversation.access === "owner" && data ? withConversation(data, conversation) : data,
  );
}

export function hideConversation(client: QueryClient, id: string): void {
  client.setQueryData(conversationsQuery.queryKey, (data) => data && withoutConversation(data, id));
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { conversationsOf } from "./list/list-data";
import { conversationQuery, conversationsQuery } from "./queries";

/** A conversation; until it was read by itself, as the list knows it, so that its title is there at once. */
export function useConversation(id: string | null) {
  const client = useQueryClient();
  return useQuery({
    ...conversationQuery(id ?? ""),
    enabled: id !== null,
    placeholderData: () =>
      conversationsOf(client.getQueryData(conversationsQuery.queryKey)).find(
        (conversation) => conversation.id === id,
      ),
  });
}

import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type { Conversation } from "../../../shared/api/types";
import { showToast } from "../../../shared/ui/toast-list";
import { threadKey } from "../queries";
import { words } from "../words";
import { hideConversation, showConversation } from "./list-cache";

/** Renaming, and deleting with the way back. What was done shows at once; a failure says so and is taken back. */
export function useConversationDeeds() {
  const client = useQueryClient();

  const rename = async (conversation: Conversation, title: string) => {
    showConversation(client, { ...conversation, title });
    try {
      showConversation(
        client,
        await api.patch<Conversation>(`/api/conversations/${conversation.id}`, { title }),
      );
    } catch {
      showConversation(client, conversation);
      showToast(words.couldNotDo);
    }
  };

  const restore = async (conversation: Conversation) => {
    try {
      showConversation(
        client,
        await api.post<Conversation>(`/api/conversations/${conversation.id}/restore`),
      );
      void client.invalidateQueries({ queryKey: threadKey(conversation.id) });
    } catch {
      showToast(words.couldNotDo);
    }
  };

  const remove = async (conversation: Conversation, onUndone: () => void) => {
    hideConversation(client, conversation.id);
    try {
      await api.delete(`/api/conversations/${conversation.id}`);
      showToast(words.deleted(conversation.title ?? words.untitled), {
        undo: () => void restore(conversation).then(onUndone),
      });
    } catch {
      showConversation(client, conversation);
      showToast(words.couldNotDo);
    }
  };

  return { rename, remove };
}

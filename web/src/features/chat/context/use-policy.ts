import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type { ContextPolicy, Conversation } from "../../../shared/api/types";
import { showToast } from "../../../shared/ui/toast-list";
import { showConversation } from "../list/list-cache";
import { useConversation } from "../use-conversation";
import { words } from "../words";

const usual: ContextPolicy = { name: "slide", model: null };

/** What happens when the conversation is longer than its model can read: the owner's choice. It shows at once. */
export function usePolicy(conversationId: string | null) {
  const client = useQueryClient();
  const { data: conversation } = useConversation(conversationId);

  const choose = async (policy: ContextPolicy) => {
    if (!conversation) return;
    showConversation(client, { ...conversation, context_policy: policy });
    try {
      showConversation(
        client,
        await api.patch<Conversation>(`/api/conversations/${conversation.id}`, {
          context_policy: policy,
        }),
      );
      void client.invalidateQueries({ queryKey: ["context", conversation.id] });
    } catch {
      showConversation(client, conversation);
      showToast(words.couldNotDo);
    }
  };

  return {
    policy: conversation?.context_policy ?? usual,
    choose:
      conversation?.access === "owner" ? (policy: ContextPolicy) => void choose(policy) : null,
  };
}

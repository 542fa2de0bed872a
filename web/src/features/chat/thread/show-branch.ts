import type { QueryClient } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type { Conversation, Message } from "../../../shared/api/types";
import { showConversation } from "../list/list-cache";
import { fetchWindow, threadKey } from "../queries";
import { type ThreadData, withNewest } from "./thread-data";

/**
 * Shows the branch through another version of a message. The owner's choice is what the conversation shows from then
 * on; anybody else's is theirs alone, and only while their page is open.
 */
export async function showBranch(
  client: QueryClient,
  message: Message,
  siblingId: string,
  { isOwner }: { isOwner: boolean },
): Promise<void> {
  const id = message.conversation_id;
  const queryKey = threadKey(id);
  await client.cancelQueries({ queryKey });
  const branch = await fetchWindow(id, { through: siblingId });
  const before = client.getQueryData<ThreadData>(queryKey);
  const shown = withNewest(before, branch);
  client.setQueryData<ThreadData>(queryKey, isOwner ? shown : { ...shown, through: siblingId });
  if (!isOwner) return;
  // The server shows the path up to the head, so the head is the end of the branch, not the message itself.
  const head_id = branch.items[0]?.id ?? siblingId;
  try {
    showConversation(
      client,
      await api.patch<Conversation>(`/api/conversations/${id}`, { head_id }),
    );
  } catch (error) {
    client.setQueryData<ThreadData>(queryKey, before);
    // It may have arrived all the same.
    void client.invalidateQueries({ queryKey });
    throw error;
  }
}

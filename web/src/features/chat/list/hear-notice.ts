import type { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { Notice } from "../../../shared/api/frame";
import { conversationQuery, conversationsQuery, threadKey } from "../queries";
import { sharedQuery } from "../sharing/queries";
import { conversationUsageKey } from "../usage/queries";
import { hideConversation, showConversation } from "./list-cache";

/** Looks again at what a notice says has changed. */
export async function hearNotice(client: QueryClient, notice: Notice): Promise<void> {
  switch (notice.name) {
    case "conversation-deleted":
      hideConversation(client, notice.conversation_id);
      return;
    case "conversation-changed":
    case "turn-started":
    case "turn-ended":
      await lookAgain(client, notice.conversation_id);
      return;
    default:
      return;
  }
}

async function lookAgain(client: QueryClient, id: string): Promise<void> {
  // A thread nobody looks at is forgotten: what it held is no longer so, and it is read when it is opened.
  client.removeQueries({ queryKey: threadKey(id), type: "inactive" });
  void client.invalidateQueries({ queryKey: threadKey(id) });
  // A reading under way may have begun before the change: its answer would hide what the notice tells.
  await client.cancelQueries({ queryKey: conversationUsageKey(id) }, { silent: true });
  void client.invalidateQueries({ queryKey: conversationUsageKey(id) });
  await client.cancelQueries({ queryKey: conversationQuery(id).queryKey }, { silent: true });
  try {
    const found = await client.fetchQuery({ ...conversationQuery(id), staleTime: 0 });
    showConversation(client, found);
    if (found.access !== "owner") await lookAtShared(client);
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 404)) return;
    hideConversation(client, id);
    // Perhaps it was shared, and is so no longer.
    await lookAtShared(client);
  }
}

function lookAtShared(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: sharedQuery.queryKey });
}

/** Notices were missed: everything that is shown is read again, and what is not shown is known no longer. */
export async function lookAtEverythingAgain(client: QueryClient): Promise<void> {
  client.removeQueries({ queryKey: ["thread"], type: "inactive" });
  await Promise.all([
    client.invalidateQueries({ queryKey: conversationsQuery.queryKey }),
    client.invalidateQueries({ queryKey: ["conversation"] }),
    client.invalidateQueries({ queryKey: ["thread"] }),
    client.invalidateQueries({ queryKey: sharedQuery.queryKey }),
  ]);
}

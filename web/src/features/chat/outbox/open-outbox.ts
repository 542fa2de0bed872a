import type { QueryClient } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type { Conversation, TurnAccepted } from "../../../shared/api/types";
import { localMemory } from "../../../shared/lib/local-memory";
import { backoff } from "../../../shared/live/backoff";
import { showConversation } from "../list/list-cache";
import { threadKey } from "../queries";
import type { ThreadData } from "../thread/thread-data";
import { showTurn } from "../thread/show-turn";
import { Outbox } from "./outbox";
import type { OutboxMemory } from "./outgoing-list";

/** The outbox of one person in this browser. */
export function openOutbox(client: QueryClient, personId: string): Outbox {
  return new Outbox({
    makeConversation: async () => {
      const conversation = await api.post<Conversation>("/api/conversations", {});
      client.setQueryData<ThreadData>(threadKey(conversation.id), {
        messages: [],
        nextCursor: null,
      });
      showConversation(client, conversation);
      return conversation.id;
    },
    send: (conversationId, outgoing) =>
      api.post<TurnAccepted>(`/api/conversations/${conversationId}/turns`, {
        client_message_id: outgoing.id,
        content: outgoing.text,
        model: outgoing.model,
        ...(outgoing.parameters && { parameters: outgoing.parameters }),
        ...(outgoing.parentId !== undefined && { parent_id: outgoing.parentId }),
      }),
    onAccepted: (conversationId, outgoing, accepted) =>
      showTurn(client, conversationId, accepted, {
        parentId: outgoing.parentId,
        question: outgoing.text,
        model: outgoing.model,
      }),
    isBusy: (conversationId) => isBusy(client, conversationId),
    memory: memoryOf(personId),
    alone: async (name, deed) => {
      // Locks are missing where the page is served without TLS; the server then sorts repeats out.
      if ("locks" in navigator) await navigator.locks.request(name, deed);
      else await deed();
    },
    wait: backoff,
  });
}

function isBusy(client: QueryClient, conversationId: string): boolean | Promise<boolean> {
  const thread = client.getQueryState<ThreadData>(threadKey(conversationId));
  const newest = thread?.data?.messages[0];
  if (newest && !thread.isInvalidated) return newest.status === "running";
  return hasRunningTurn(conversationId);
}

/** Asked of the server itself: a reading under way may have begun before a turn did, or ended. */
async function hasRunningTurn(conversationId: string): Promise<boolean> {
  const conversation = await api.get<Conversation>(`/api/conversations/${conversationId}`);
  return conversation.running_turn_ids.length > 0;
}

function memoryOf(personId: string): OutboxMemory {
  const prefix = `arcano-outbox ${personId} `;
  return {
    readAll: () =>
      localMemory
        .keys()
        .filter((key) => key.startsWith(prefix))
        .map((key) => localMemory.read(key))
        .filter((text) => text !== null),
    read: (id) => localMemory.read(prefix + id),
    write: (id, text) => localMemory.write(prefix + id, text),
    onChange: (listener) =>
      localMemory.onChange((key, text) => {
        if (key.startsWith(prefix)) listener(key.slice(prefix.length), text);
      }),
  };
}

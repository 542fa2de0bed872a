import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../../shared/api/client";
import type { Conversation, Message, Model, TurnAccepted } from "../../../shared/api/types";
import { newId } from "../../../shared/lib/new-id";
import { useLatest } from "../../../shared/lib/use-latest";
import { showToast } from "../../../shared/ui/toast-list";
import { showConversation } from "../list/list-cache";
import type { Outbox } from "../outbox/outbox";
import { fetchWindow, threadKey } from "../queries";
import type { ParametersFor } from "../parameters/use-parameter-button";
import { rate } from "../rating/rate";
import { words } from "../words";
import { showContinued } from "./show-turn";
import { type ThreadData, withNewest } from "./thread-data";
import type { ThreadDeeds } from "./thread-deeds";

async function showBranch(client: QueryClient, message: Message, siblingId: string): Promise<void> {
  const id = message.conversation_id;
  await client.cancelQueries({ queryKey: threadKey(id) });
  const branch = await fetchWindow(id, { through: siblingId });
  client.setQueryData<ThreadData>(threadKey(id), (known) => withNewest(known, branch));
  // The server shows the path up to the head, so the head is the end of the branch, not the message itself.
  const head_id = branch.items[0]?.id ?? siblingId;
  showConversation(client, await api.patch<Conversation>(`/api/conversations/${id}`, { head_id }));
}

export interface DeedsContext {
  conversationId: string | null;
  model: string | null;
  parametersFor: ParametersFor;
  outbox: Outbox;
  modelName: (modelId: string | null) => string;
  priceOf: (modelId: string | null) => Model["price"];
  regenerate: (message: Message, model: string | null) => void;
  /** Opens the picker; the answer is asked for again with what is chosen. */
  askAnotherModel: (message: Message) => void;
  manageModels: () => void;
  giveBack: (text: string) => void;
}

/** The deeds of a thread. One object while it stays open: no row is drawn again because a model was chosen. */
export function useThreadDeeds(context: DeedsContext): ThreadDeeds {
  const client = useQueryClient();
  const latest = useLatest(context);
  const { modelName, priceOf } = context;

  return useMemo(() => {
    const attempt = (deed: () => Promise<void>) => {
      deed().catch(() => showToast(words.couldNotDo));
    };
    return {
      edit: (message, text) => {
        const { conversationId, model, parametersFor, outbox } = latest.current;
        if (model === null) return;
        outbox.add({
          id: newId(),
          conversationId,
          text,
          model,
          parentId: message.parent_id,
          parameters: parametersFor(model),
          writtenAt: Date.now(),
        });
      },
      regenerate: (message) => latest.current.regenerate(message, latest.current.model),
      continueAnswer: (message) =>
        attempt(async () => {
          const accepted = await api.post<TurnAccepted>(`/api/messages/${message.id}/continue`, {
            client_message_id: newId(),
            parameters: latest.current.parametersFor(message.model),
          });
          showContinued(client, message, accepted);
        }),
      rate: async (message, rating) => {
        const isKept = await rate(client, message, rating);
        if (!isKept) showToast(words.couldNotDo);
        return isKept;
      },
      showVersion: (message, siblingId) => attempt(() => showBranch(client, message, siblingId)),
      askAnotherModel: (message) => latest.current.askAnotherModel(message),
      manageModels: () => latest.current.manageModels(),
      withdraw: (outgoingId) => latest.current.giveBack(latest.current.outbox.withdraw(outgoingId)),
      sendAgain: (outgoingId) => latest.current.outbox.retry(outgoingId, latest.current.model),
      modelName,
      priceOf,
    };
  }, [client, latest, modelName, priceOf]);
}

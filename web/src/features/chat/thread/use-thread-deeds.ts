import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Message, Model } from "../../../shared/api/types";
import { newId } from "../../../shared/lib/new-id";
import { useLatest } from "../../../shared/lib/use-latest";
import { showToast } from "../../../shared/ui/toast-list";
import type { Outbox } from "../outbox/outbox";
import type { ParametersFor } from "../parameters/use-parameter-button";
import { rate } from "../rating/rate";
import { words } from "../words";
import { askOnce } from "./ask-once";
import { showBranch } from "./show-branch";
import { showContinued } from "./show-turn";
import { useStanding } from "./standing";
import type { ThreadDeeds } from "./thread-deeds";

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
  const standing = useLatest(useStanding());
  const { modelName, priceOf } = context;

  return useMemo(() => {
    const attempt = (deed: () => Promise<void>) => {
      deed().catch(() => showToast(words.couldNotDo));
    };
    return {
      edit: (message, text) => {
        const { conversationId, model, parametersFor, outbox } = latest.current;
        if (model === null) {
          showToast(words.noModelChosen);
          return false;
        }
        outbox.add({
          id: newId(),
          conversationId,
          text,
          model,
          parentId: message.parent_id,
          parameters: parametersFor(model),
          writtenAt: Date.now(),
        });
        return true;
      },
      regenerate: (message) => latest.current.regenerate(message, latest.current.model),
      continueAnswer: (message) =>
        attempt(async () => {
          const accepted = await askOnce(`/api/messages/${message.id}/continue`, {
            parameters: latest.current.parametersFor(message.model),
          });
          if (accepted) showContinued(client, message, accepted);
        }),
      rate: async (message, rating) => {
        const isKept = await rate(client, message, rating);
        if (!isKept) showToast(words.couldNotDo);
        return isKept;
      },
      showVersion: (message, siblingId) =>
        attempt(() => showBranch(client, message, siblingId, standing.current)),
      askAnotherModel: (message) => latest.current.askAnotherModel(message),
      manageModels: () => latest.current.manageModels(),
      withdraw: (outgoingId) => latest.current.giveBack(latest.current.outbox.withdraw(outgoingId)),
      sendAgain: (outgoingId) => latest.current.outbox.retry(outgoingId, latest.current.model),
      modelName,
      priceOf,
    };
  }, [client, latest, standing, modelName, priceOf]);
}

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Message } from "../../../shared/api/types";
import { showToast } from "../../../shared/ui/toast-list";
import type { ParametersFor } from "../parameters/use-parameter-button";
import { words } from "../words";
import { askOnce } from "./ask-once";
import { showSibling } from "./show-turn";

/** Asks for a new answer beside an answer, of the model named; null asks the same one again. */
export function useRegenerate(
  parametersFor: ParametersFor,
): (message: Message, model: string | null) => void {
  const client = useQueryClient();
  return useCallback(
    (message, model) => {
      const ask = async () => {
        const accepted = await askOnce(`/api/messages/${message.id}/regenerate`, {
          ...(model !== null && { model }),
          parameters: parametersFor(model ?? message.model),
        });
        if (accepted) showSibling(client, message, accepted, model ?? message.model ?? "");
      };
      ask().catch(() => showToast(words.couldNotDo));
    },
    [client, parametersFor],
  );
}

import { useCallback, useState } from "react";
import type { Message } from "../../../shared/api/types";
import type { ChatSlots } from "../chat-slots";
import { useChosenModel } from "../use-chosen-model";

const noModels = [] as const;

interface PickerContext extends Pick<ChatSlots, "models" | "renderModelPicker"> {
  conversationId: string | null;
  initialModel: string | null;
}

/** The chosen model, its picker drawn by the app's slot, and choosing another one for an answer that failed. */
export function useModelPicker(
  context: PickerContext,
  messages: readonly Message[],
  onAnotherModel: (message: Message, modelId: string) => void,
) {
  const models = context.models ?? noModels;
  const place = context.conversationId ?? "new";
  const [model, choose] = useChosenModel(place, models, messages, context.initialModel);
  const [isOpen, setIsOpen] = useState(false);
  const [askedFor, setAskedFor] = useState<Message | null>(null);

  const askFor = useCallback((message: Message) => {
    setAskedFor(message);
    setIsOpen(true);
  }, []);
  const modelName = useCallback(
    (modelId: string | null) =>
      models.find(({ id }) => id === modelId)?.name ?? modelId ?? "The model",
    [models],
  );
  const priceOf = useCallback(
    (modelId: string | null) => models.find(({ id }) => id === modelId)?.price ?? null,
    [models],
  );
  const view = context.renderModelPicker({
    value: model,
    onChange: (modelId) => {
      choose(modelId);
      setAskedFor(null);
      if (askedFor) onAnotherModel(askedFor, modelId);
    },
    open: isOpen,
    onOpenChange: (open) => {
      setIsOpen(open);
      // Opened by hand, it chooses for the next message only.
      if (open) setAskedFor(null);
    },
  });
  return { model, modelName, priceOf, askFor, view };
}

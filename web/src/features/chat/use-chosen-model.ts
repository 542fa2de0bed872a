import { useCallback, useState } from "react";
import type { Message, Model } from "../../shared/api/types";
import { localMemory } from "../../shared/lib/local-memory";

const memoryKey = "arcano-model";

/**
 * Which model answers next: the one chosen here, else the one asked for by the address, else the one that answered
 * last, else the one chosen last anywhere, else the first there is.
 */
export function useChosenModel(
  place: string,
  models: readonly Model[],
  messages: readonly Message[],
  asked: string | null,
): readonly [string | null, (modelId: string) => void] {
  const [chosen, setChosen] = useState<{ place: string; modelId: string } | null>(null);
  const answered = messages.find(({ role }) => role === "assistant")?.model ?? null;
  const wishes = [
    chosen?.place === place ? chosen.modelId : null,
    asked,
    answered,
    localMemory.read(memoryKey),
    models[0]?.id ?? null,
  ];
  const choose = useCallback(
    (modelId: string) => {
      localMemory.write(memoryKey, modelId);
      setChosen({ place, modelId });
    },
    [place],
  );
  const isThere = (id: string | null) => models.some((model) => model.id === id);
  return [wishes.find(isThere) ?? null, choose];
}

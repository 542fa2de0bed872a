import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../../shared/api/client";
import type { ContextGauge, Message } from "../../../shared/api/types";
import { useTurn } from "../turn/use-turn";
import { useNewest } from "./use-newest";

const freshMs = 60_000;

export interface GaugePlace {
  conversationId: string | null;
  /** The newest message: with another one, or once it is whole, more is read. */
  head: Message | undefined;
  model: string | null;
  maxTokens: number | undefined;
}

/** What the next question would be read with. Asked once for each answer, model and length, not for each key. */
export function useGauge(place: GaugePlace): ContextGauge | undefined {
  const isBeingWritten = place.head?.status === "running";
  const { context } = useTurn(isBeingWritten ? (place.head?.turn_id ?? null) : null);
  const query = useQuery({
    ...gaugeQuery(place),
    enabled: place.model !== null && !isBeingWritten,
    placeholderData: keepPreviousData,
  });
  const known = query.data;
  // While an answer is written, what was told of it counts; the answer itself comes to it at its end.
  const now = useMemo(() => {
    if (!isBeingWritten || context === null) return known;
    const { history, question } = context;
    const tokensPerUnit = known?.tokens_per_unit ?? 1;
    return {
      ...context,
      history: history + question,
      question: 0,
      tokens_per_unit: tokensPerUnit,
    };
  }, [isBeingWritten, context, known]);
  return useNewest(now, isBeingWritten || !query.isPlaceholderData);
}

function gaugeQuery({ conversationId, head, model, maxTokens }: GaugePlace) {
  return queryOptions({
    queryKey: ["context", conversationId, head?.id, head?.status, model, maxTokens],
    queryFn: ({ signal }) =>
      api.get<ContextGauge>(
        conversationId === null ? "/api/context" : `/api/conversations/${conversationId}/context`,
        { model, max_tokens: maxTokens ?? null },
        signal,
      ),
    staleTime: freshMs,
    // A gauge that cannot be read is left away; asking is not held up by it.
    retry: false,
  });
}

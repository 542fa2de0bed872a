import type { FromCache, Message } from "../../../shared/api/types";
import type { TurnOutcome, TurnState } from "../turn-state";
import { textOf } from "./thread-data";

/** An answer as it stands: what was stored, and what its running turn has said since. */
export interface AnswerNow {
  text: string;
  reasoning: string;
  outcome: TurnOutcome;
  fromCache: FromCache | null;
}

export function answerNow(message: Message, turn: TurnState): AnswerNow {
  const stored = { text: textOf(message), reasoning: message.reasoning ?? "" };
  if (message.status !== "running") {
    return { ...stored, outcome: outcomeOf(message), fromCache: message.from_cache };
  }
  return {
    text: stored.text + turn.answer,
    reasoning: stored.reasoning + turn.reasoning,
    outcome: turn.outcome,
    fromCache: turn.fromCache,
  };
}

function outcomeOf(message: Message): TurnOutcome {
  switch (message.status) {
    case "running":
    case "stopped":
    case "interrupted":
      return { kind: message.status };
    case "finished":
      return { kind: "finished", finishReason: message.finish_reason };
    case "failed":
      return {
        kind: "failed",
        code: message.error?.code ?? "unknown",
        message: message.error?.message ?? "",
        retryable: message.error?.retryable ?? true,
        retryAfter: null,
        providerRequestId: message.error?.provider_request_id ?? null,
      };
  }
}

import type { PhaseEvent, TurnEvent } from "../../shared/api/turn-event";
import type { FromCache } from "../../shared/api/types";
import type { LeftOut } from "../../shared/api/types";
import { assertNever } from "../../shared/lib/assert-never";

/** How a turn stands: still writing, or how it ended. */
export type TurnOutcome =
  | { kind: "running" }
  | { kind: "finished"; finishReason: string | null }
  | { kind: "stopped" }
  | {
      kind: "failed";
      code: string;
      message: string;
      retryable: boolean;
      retryAfter: number | null;
      providerRequestId: string | null;
    }
  | { kind: "interrupted" };

type ContextEvent = Extract<TurnEvent, { type: "context" }>;
type SwitchEvent = Extract<TurnEvent, { type: "target-switched" }>;

/** Another target took over. */
export interface TargetSwitch {
  /** Its number in the turn. */
  sequence: number;
  from: string;
  to: string;
  reason: SwitchEvent["reason"];
  /** The last words of the one that was left; null when it had not said any. */
  after: string | null;
}

/** What a model wrote before another took over. */
export interface LeftStretch {
  /** As `writer` in the state. */
  writer: string | null;
  /** How much the whole answer was by then, thoughts too. */
  lettersByThen: number;
}

export interface TurnState {
  outcome: TurnOutcome;
  /** The number of the last event heard; 0 before the first. */
  lastSequence: number;
  /** Who was asked. */
  model: string | null;
  /** The model that writes; null while it is simply the one that was asked. */
  writer: string | null;
  phase: PhaseEvent | null;
  /** Appending to a string is cheap: the engine keeps a rope and joins it once, when it is shown. */
  answer: string;
  reasoning: string;
  /** Counted as it grows, so that showing it costs nothing. */
  words: number;
  endsInsideWord: boolean;
  /** What the model was given to read; null while that is not known. */
  context: ContextEvent | null;
  /** What of the conversation was not read word by word; null while that is not known, or all was. */
  leftOut: (LeftOut & { summaryFailed: boolean }) | null;
  switches: readonly TargetSwitch[];
  /** Of whom nothing had come, nothing is here. */
  stretches: readonly LeftStretch[];
  fromCache: FromCache | null;
}

export const unheardTurn: TurnState = {
  outcome: { kind: "running" },
  lastSequence: 0,
  model: null,
  writer: null,
  phase: null,
  answer: "",
  reasoning: "",
  words: 0,
  endsInsideWord: false,
  context: null,
  leftOut: null,
  switches: [],
  stretches: [],
  fromCache: null,
};

/**
 * The whole streaming protocol, as one pure function: state and event in, next state out. A resumed stream
 * replays through it too: what was heard is ignored, and number 1 begins again.
 */
export function hear(state: TurnState, sequence: number, event: TurnEvent): TurnState {
  if (event.type === "turn-started") {
    return { ...unheardTurn, lastSequence: sequence, model: event.model };
  }
  if (sequence <= state.lastSequence) return state;
  return { ...state, ...changes(state, sequence, event), lastSequence: sequence };
}

function changes(
  state: TurnState,
  sequence: number,
  event: Exclude<TurnEvent, { type: "turn-started" }>,
): Partial<TurnState> {
  switch (event.type) {
    case "phase":
      return { phase: event };
    case "context":
      return { context: event, leftOut: leftOutOf(event) };
    case "text-delta":
      return { answer: state.answer + event.text, ...countWords(state, event.text) };
    case "reasoning-delta":
      return { reasoning: state.reasoning + event.text };
    case "target-switched":
      return {
        switches: [...state.switches, switchAt(state, sequence, event)],
        stretches: stretchesUpTo(state),
      };
    case "answered-from-cache":
      return {
        fromCache: { at: event.at, kind: event.kind, saved_tokens: event.saved_tokens },
      };
    case "answered-by":
      return { writer: event.model };
    case "usage":
      // Stored with the message, which is read again once the turn has ended.
      return {};
    case "turn-finished":
      return ended({ kind: "finished", finishReason: event.finish_reason });
    case "turn-stopped":
      return ended({ kind: "stopped" });
    case "turn-failed":
      return ended({
        kind: "failed",
        code: event.code,
        message: event.message,
        retryable: event.retryable,
        retryAfter: event.retry_after ?? null,
        providerRequestId: event.provider_request_id ?? null,
      });
    case "turn-interrupted":
      return ended({ kind: "interrupted" });
    default:
      return assertNever(event);
  }
}

function leftOutOf(event: ContextEvent): TurnState["leftOut"] {
  const { dropped_messages, summarised_messages, summary_id, summary_failed } = event;
  if (dropped_messages === 0 && summarised_messages === 0) return null;
  return { dropped_messages, summarised_messages, summary_id, summaryFailed: summary_failed };
}

function switchAt(state: TurnState, sequence: number, event: SwitchEvent): TargetSwitch {
  return {
    sequence,
    from: event.from_target,
    to: event.to_target,
    reason: event.reason,
    after: lastWords(state.answer),
  };
}

function stretchesUpTo({ answer, reasoning, writer, stretches }: TurnState) {
  const lettersByThen = answer.length + reasoning.length;
  const before = stretches.at(-1)?.lettersByThen ?? 0;
  return lettersByThen > before ? [...stretches, { writer, lettersByThen }] : stretches;
}

/** The end of a long text is enough to look at: never more than a few words of it. */
function lastWords(text: string): string | null {
  const end = text
    .slice(-200)
    .trim()
    .split(/\s+/)
    .slice(-4)
    .join(" ")
    .slice(-40)
    .replace(/[.,;:!?]+$/, "");
  return end === "" ? null : end;
}

function ended(outcome: TurnOutcome): Partial<TurnState> {
  return { outcome, phase: null };
}

function countWords({ words, endsInsideWord }: TurnState, text: string) {
  const begun = text.match(/\S+/g)?.length ?? 0;
  const joinsLast = endsInsideWord && /^\S/.test(text);
  return {
    words: words + begun - (joinsLast ? 1 : 0),
    endsInsideWord: text === "" ? endsInsideWord : /\S$/.test(text),
  };
}

import type { TurnState } from "./turn-state";
import { money } from "../../shared/lib/money";
import { tokensSoFar } from "./usage/cost-so-far";
import { counted, duration } from "./words";

export interface PhaseWords {
  lamp: "running" | "waiting";
  word: string;
  /** Changes every second or word: shown, never announced. */
  detail: string | null;
}

type Said = Pick<TurnState, "phase" | "words" | "answer" | "reasoning">;

/**
 * Where a reply stands, in words. `seconds` is how long it has been at it, `cost` about what it cost so far; null where
 * nobody knows.
 */
export function phaseWords(turn: Said, seconds: number, cost: number | null = null): PhaseWords {
  const { phase, words, reasoning } = turn;
  const elapsed = seconds >= 2 ? duration(seconds) : null;
  switch (phase?.name) {
    case "waiting":
      return { lamp: "waiting", word: waitingWords(phase), detail: null };
    case "model-loading":
      return {
        lamp: "waiting",
        word: "Waking the model",
        detail: eta(phase.eta_seconds) ?? elapsed,
      };
    case "writing":
      return { lamp: "running", word: "Writing", detail: soFar(turn, elapsed, cost) };
    case "summarising":
      return { lamp: "running", word: summarisingWords(phase.messages), detail: elapsed };
    case "thinking":
    case undefined:
      if (words > 0) {
        return { lamp: "running", word: "Writing", detail: soFar(turn, elapsed, cost) };
      }
      return {
        lamp: "running",
        word: reasoning === "" && !phase ? "Asking" : "Thinking",
        detail: soFar(turn, elapsed, cost),
      };
  }
}

/** The server is away: whether it still writes is not known, what arrived is. */
export function outOfSight({ words }: Pick<TurnState, "words">): PhaseWords {
  const kept = words > 0 ? `${counted(words, "word", "words")} so far` : null;
  return { lamp: "waiting", word: "Waiting for the server", detail: kept };
}

/** One “about” is for the tokens and for what they cost. */
function soFar(turn: Said, elapsed: string | null, cost: number | null): string | null {
  const count = turn.words > 0 ? counted(turn.words, "word", "words") : null;
  const guess = tokensSoFar(turn);
  const price = cost === null ? "" : `, ${money(cost)}`;
  const tokens = guess > 0 ? `about ${counted(guess, "token", "tokens")}${price}` : null;
  return [elapsed, count, tokens].filter(Boolean).join(" · ") || null;
}

function summarisingWords(messages: number | null | undefined): string {
  return messages
    ? `Summarising ${counted(messages, "earlier message", "earlier messages")}`
    : "Summarising";
}

function waitingWords({ position, eta_seconds }: NonNullable<TurnState["phase"]>): string {
  const about = eta(eta_seconds);
  if (!position) return about ? `In the queue, ${about}` : "In the queue";
  return about ? `Place ${position} in the queue, ${about}` : `Place ${position} in the queue`;
}

function eta(seconds: number | null | undefined): string | null {
  return seconds ? `about ${duration(seconds)}` : null;
}

import type { TurnState } from "./turn-state";
import { counted, duration } from "./words";

export interface PhaseWords {
  lamp: "running" | "waiting";
  word: string;
  /** Changes every second or word: shown, never announced. */
  detail: string | null;
}

/** Where a reply stands, in words. `seconds` is how long it has been at it. */
export function phaseWords(
  { phase, words, answer, reasoning }: Pick<TurnState, "phase" | "words" | "answer" | "reasoning">,
  seconds: number,
): PhaseWords {
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
      return writing(words, answer.length + reasoning.length, elapsed);
    case "summarising":
      return { lamp: "running", word: summarisingWords(phase.messages), detail: elapsed };
    case "thinking":
    case undefined:
      if (words > 0) return writing(words, answer.length + reasoning.length, elapsed);
      return {
        lamp: "running",
        word: reasoning === "" && !phase ? "Asking" : "Thinking",
        detail: elapsed,
      };
  }
}

/** The server is away: whether it still writes is not known, what arrived is. */
export function outOfSight({ words }: Pick<TurnState, "words">): PhaseWords {
  const kept = words > 0 ? `${counted(words, "word", "words")} so far` : null;
  return { lamp: "waiting", word: "Waiting for the server", detail: kept };
}

/** Tokens are a guess until the model has told: so many letters are one, as the server's meter counts meanwhile. */
const lettersInToken = 4;

function writing(words: number, letters: number, elapsed: string | null): PhaseWords {
  const count = words > 0 ? counted(words, "word", "words") : null;
  const guess = Math.ceil(letters / lettersInToken);
  const tokens = guess > 0 ? `about ${counted(guess, "token", "tokens")}` : null;
  const detail = [elapsed, count, tokens].filter(Boolean).join(" · ");
  return { lamp: "running", word: "Writing", detail };
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

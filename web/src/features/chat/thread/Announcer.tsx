import { useEffect, useRef, useState } from "react";
import { useNewest } from "../context/use-newest";
import { phaseWords } from "../phase-words";
import { switchWords } from "../switch-words";
import type { TurnOutcome, TurnState } from "../turn-state";
import { useTurn } from "../turn/use-turn";
import { useThreadDeeds } from "./thread-deeds";
import { aloud, endOfSentences } from "./finished-sentences";

/** For those who listen: finished sentences, politely, each change of phase once, and who took over. Never words or seconds. */
export function Announcer({ turnId }: { turnId: string | null }) {
  // What has ended is no longer running, and its last words are still to be said: until another begins it is heard.
  const heard = useNewest(turnId, turnId !== null);
  const turn = useTurn(heard);
  const sentences = useSentences(heard, turn);
  const { modelName } = useThreadDeeds();
  const change = turn.switches.at(-1);
  const phase = heard === null ? "" : statusWords(turn);
  return (
    <div className="visually-hidden">
      <div aria-live="polite">{sentences}</div>
      <div role="status">{phase}</div>
      <div role="status">{change && switchWords(change, modelName)}</div>
    </div>
  );
}

function statusWords(turn: TurnState): string {
  return turn.outcome.kind === "running" ? phaseWords(turn, 0).word : endWords(turn.outcome);
}

function endWords(outcome: Exclude<TurnOutcome, { kind: "running" }>): string {
  switch (outcome.kind) {
    case "finished":
      return "The answer is complete";
    case "stopped":
      return "The answer was stopped";
    case "failed":
      return "The answer broke off";
    case "interrupted":
      return "The server restarted";
  }
}

function useSentences(turnId: string | null, turn: TurnState): string {
  const said = useRef({ turnId, end: 0 });
  const [sentences, setSentences] = useState("");

  // Synchronises the live region, which speaks when its text changes, with the growing answer.
  useEffect(() => {
    if (said.current.turnId !== turnId) {
      // What was written before this page looked is there to be read, not to be spoken all at once.
      said.current = { turnId, end: endOfSentences(turn.answer, 0) };
      return;
    }
    const isOver = turn.outcome.kind !== "running";
    const end = isOver ? turn.answer.length : endOfSentences(turn.answer, said.current.end);
    if (end <= said.current.end) return;
    setSentences(aloud(turn.answer.slice(said.current.end, end)));
    said.current.end = end;
  }, [turnId, turn]);

  return sentences;
}

import { useEffect, useState } from "react";
import type { Message } from "../../../shared/api/types";
import { useLiveStatus } from "../../../shared/live/use-live-status";
import { outOfSight, phaseWords } from "../phase-words";
import type { TurnState } from "../turn-state";
import { turnReader } from "../turn/turn-readers";
import { costSoFar } from "../usage/cost-so-far";
import { PhaseLine } from "./PhaseLine";
import { useThreadDeeds } from "./thread-deeds";

const longestPlausible = 3_600;

/** The phase of a reply being written, with a clock that runs. */
export function RunningPhase({
  turn,
  message,
  isFirst = false,
}: {
  turn: TurnState;
  message: Message;
  isFirst?: boolean;
}) {
  const seconds = useSecondsSince(beginningOf(message));
  const isConnected = useLiveStatus() === "open";
  const { priceOf } = useThreadDeeds();
  const cost = costSoFar(turn, (writer) => priceOf(writer ?? message.model), seconds);
  const words = isConnected ? phaseWords(turn, seconds, cost) : outOfSight(turn);
  return <PhaseLine {...words} isFirst={isFirst} />;
}

function beginningOf(message: Message): number {
  const created = Date.parse(message.created_at);
  const age = (Date.now() - created) / 1_000;
  // A continued reply is older than its turn, and a server's clock may be wrong: then from when we first looked.
  const isItsOwn = message.content.length === 0 && age >= 0 && age < longestPlausible;
  if (isItsOwn || message.turn_id === null) return created;
  return turnReader(message.turn_id).since;
}

function useSecondsSince(beginning: number): number {
  const [now, setNow] = useState(Date.now);

  // Synchronises with the clock.
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);

  return Math.max(0, Math.floor((now - beginning) / 1_000));
}

import { useSyncExternalStore } from "react";
import { type TurnState, unheardTurn } from "../turn-state";
import { turnReader } from "./turn-readers";

const nothing = () => () => {};
const unheard = () => unheardTurn;

/** A turn as it is being written; the unheard turn when there is none. */
export function useTurn(turnId: string | null): TurnState {
  const reader = turnId === null ? null : turnReader(turnId);
  return useSyncExternalStore(reader?.subscribe ?? nothing, reader?.read ?? unheard);
}

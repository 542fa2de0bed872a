import { createContext, use } from "react";
import type { Message } from "../../../shared/api/types";
import { words } from "../words";

/** As whom one reads a conversation: whose it is, and whether one may go on with it. */
export interface Standing {
  personId: string;
  /** Null: one's own. */
  ownerName: string | null;
  /** Several people write in it, or could. */
  isShared: boolean;
  mayWrite: boolean;
  /** Chooses what the conversation shows, and how it is read. */
  isOwner: boolean;
}

const own: Standing = {
  personId: "",
  ownerName: null,
  isShared: false,
  mayWrite: true,
  isOwner: true,
};

export const StandingContext = createContext<Standing>(own);

export function useStanding(): Standing {
  return use(StandingContext);
}

/** Who wrote a question, as the reader calls them. */
export function askerOf({ asked_by }: Message, { personId, ownerName }: Standing): string {
  if (asked_by) return asked_by.id === personId ? words.you : asked_by.name;
  return ownerName ?? words.you;
}

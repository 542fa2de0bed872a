import { createContext, use } from "react";
import type { Message, Model, Rating } from "../../../shared/api/types";

/** What a person can do with a message of the thread. The same object while the conversation stays open. */
export interface ThreadDeeds {
  /** Whether it was taken: while there is no model to ask, it is not. */
  edit: (message: Message, text: string) => boolean;
  regenerate: (message: Message) => void;
  continueAnswer: (message: Message) => void;
  /** Null takes it back. Whether it is kept. */
  rate: (message: Message, rating: Rating | null) => Promise<boolean>;
  showVersion: (message: Message, siblingId: string) => void;
  askAnotherModel: (message: Message) => void;
  manageModels: () => void;
  withdraw: (outgoingId: string) => void;
  sendAgain: (outgoingId: string) => void;
  modelName: (modelId: string | null) => string;
  /** Null: nobody knows. */
  priceOf: (modelId: string | null) => Model["price"];
}

export const ThreadDeedsContext = createContext<ThreadDeeds | null>(null);

export function useThreadDeeds(): ThreadDeeds {
  const deeds = use(ThreadDeedsContext);
  if (!deeds) throw new Error("A message is shown outside a thread.");
  return deeds;
}

import { createContext, use, useSyncExternalStore } from "react";
import type { Outbox } from "./outbox";
import type { Outgoing } from "./outgoing";

/** Given by the app while somebody is signed in: an outbox belongs to a person. */
export const OutboxContext = createContext<Outbox | null>(null);

export function useOutbox(): { outbox: Outbox; outgoing: readonly Outgoing[] } {
  const outbox = use(OutboxContext);
  if (!outbox) throw new Error("The chat is shown while nobody is signed in.");
  return { outbox, outgoing: useSyncExternalStore(outbox.subscribe, outbox.read) };
}

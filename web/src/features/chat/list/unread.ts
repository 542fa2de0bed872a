import { localMemory } from "../../../shared/lib/local-memory";

const memoryKey = "arcano-unread";
const listeners = new Set<() => void>();
let unread: ReadonlySet<string> = new Set(localMemory.read(memoryKey)?.split(" ").filter(Boolean));

function change(next: ReadonlySet<string>): void {
  unread = next;
  localMemory.write(memoryKey, next.size > 0 ? [...next].join(" ") : null);
  for (const listener of listeners) listener();
}

/** Conversations in which an answer ended while nobody looked, as this browser remembers them. */
export const unreadConversations = {
  read: (): ReadonlySet<string> => unread,

  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  mark(id: string): void {
    if (!unread.has(id)) change(new Set([...unread, id]));
  },

  clear(id: string): void {
    if (unread.has(id)) change(new Set([...unread].filter((other) => other !== id)));
  },

  forget: (): void => change(new Set()),
};

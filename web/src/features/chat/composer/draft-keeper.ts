import { localMemory } from "../../../shared/lib/local-memory";

const restMs = 300;
const pending = new Map<string, string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function memoryKey(key: string): string {
  return `arcano-draft ${key}`;
}

function write(): void {
  clearTimeout(timer);
  for (const [key, text] of pending) {
    // With storage full the page is the only one who knows it.
    if (localMemory.write(memoryKey(key), text === "" ? null : text)) pending.delete(key);
  }
}

// The page may be closed before the fingers rest.
window.addEventListener("pagehide", write);

/** Drafts, kept in this browser once the fingers rest: storage is slow and typing must not be. */
export const draftKeeper = {
  read: (key: string): string => pending.get(key) ?? localMemory.read(memoryKey(key)) ?? "",

  keep(key: string, text: string): void {
    pending.set(key, text);
    clearTimeout(timer);
    timer = setTimeout(write, restMs);
  },

  /** A new chat became a conversation: what is being written goes along. */
  move(from: string, to: string): void {
    const text = draftKeeper.read(from);
    if (text === "") return;
    draftKeeper.keep(to, text);
    draftKeeper.keep(from, "");
  },

  /** Lets go of what was typed and is not written down yet. */
  forget(): void {
    clearTimeout(timer);
    pending.clear();
  },
};

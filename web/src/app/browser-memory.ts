/**
 * Whose things this browser keeps. What belongs to a person (drafts, messages that are not sent yet, settings of
 * conversations) goes when they sign out and when somebody else comes; how the page looks belongs to the browser.
 */
import { draftKeeper } from "../features/chat/composer/draft-keeper";
import { unreadConversations } from "../features/chat/list/unread";
import { localMemory } from "../shared/lib/local-memory";

const personKey = "arcano-person";
const ofTheBrowser = new Set(["arcano-theme", "arcano-sidebar"]);

/** From now on what is kept is this person's. What another one has left is forgotten first. */
export function claimBrowser(personId: string): void {
  const before = localMemory.read(personKey);
  if (before === personId) return;
  if (before !== null) forgetPerson({ besides: personId });
  localMemory.write(personKey, personId);
}

/** Forgets what is kept of whoever was signed in, but for what stands under the id of `besides`. */
export function forgetPerson({ besides }: { besides?: string } = {}): void {
  draftKeeper.forget();
  unreadConversations.forget();
  for (const key of localMemory.keys()) {
    const isTheirs = besides !== undefined && key.split(" ").includes(besides);
    if (key.startsWith("arcano-") && !ofTheBrowser.has(key) && !isTheirs) {
      localMemory.write(key, null);
    }
  }
}

/** Calls when another tab of this browser has signed out, or signed somebody else in. Gives the way to stop listening. */
export function onForgottenElsewhere(listener: () => void): () => void {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key !== null && (key !== personKey || newValue !== null)) return;
    // What was typed in this tab would be written down once more when the page goes.
    draftKeeper.forget();
    listener();
  };
  window.addEventListener("storage", hear);
  return () => window.removeEventListener("storage", hear);
}

import type { Message, Page } from "../../../shared/api/types";

/** The branch that is shown, as far as it was loaded. */
export interface ThreadData {
  /** Newest first, each the parent of the one before it. */
  messages: readonly Message[];
  /** Where older ones continue; null at the beginning of the conversation. */
  nextCursor: string | null;
  /** A message of the branch that this reader chose; left out where they see what the conversation shows to all. */
  through?: string;
}

/**
 * The newest page, joined to what was already loaded where the two meet. On another branch they never meet: then
 * the old is dropped.
 */
export function withNewest(known: ThreadData | undefined, fresh: Page<Message>): ThreadData {
  const freshThread = { ...known, messages: fresh.items, nextCursor: fresh.next_cursor };
  const oldest = fresh.items.at(-1);
  if (!known || !oldest || fresh.next_cursor === null) return freshThread;

  const meeting = known.messages.findIndex(({ id }) => id === oldest.id);
  const older =
    meeting >= 0
      ? known.messages.slice(meeting + 1)
      : known.messages.slice(indexOrEnd(known.messages, oldest.parent_id));
  if (older.length === 0) return freshThread;
  return { ...known, messages: [...fresh.items, ...older] };
}

function indexOrEnd(messages: readonly Message[], id: string | null): number {
  const index = messages.findIndex((message) => message.id === id);
  return index < 0 ? messages.length : index;
}

/** An older page, put below. A page that does not continue what is there (the branch changed meanwhile) is dropped. */
export function withOlder(known: ThreadData, older: Page<Message>): ThreadData {
  const newest = older.items[0];
  if (newest && newest.id !== known.messages.at(-1)?.parent_id) return known;
  return { ...known, messages: [...known.messages, ...older.items], nextCursor: older.next_cursor };
}

/** What the server just accepted, shown before it is read back. From then on the conversation shows it to all. */
export function withTurn(
  known: ThreadData,
  parentId: string | null | undefined,
  added: readonly Message[],
): ThreadData {
  const from = parentId === undefined ? 0 : indexOrEnd(known.messages, parentId);
  const ids = new Set(added.map(({ id }) => id));
  const kept = known.messages.slice(from).filter(({ id }) => !ids.has(id));
  return { messages: [...added, ...kept], nextCursor: kept.length > 0 ? known.nextCursor : null };
}

export function textOf(message: Message): string {
  return message.content.map((part) => part.text).join("");
}

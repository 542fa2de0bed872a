import type { Conversation } from "../../../shared/api/types";

export type ListRow =
  | { kind: "label"; key: string; label: string }
  | { kind: "conversation"; key: string; conversation: Conversation };

const dayMs = 86_400_000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** What the part of the list is called that a conversation of this day belongs to. */
export function dayLabel(then: Date, now: Date): string {
  // Rounded, because a day with a clock change has 23 or 25 hours.
  const daysAgo = Math.round((startOfDay(now) - startOfDay(then)) / dayMs);
  if (daysAgo <= 0) return "Today";
  if (daysAgo === 1) return "Yesterday";
  if (daysAgo <= 7) return "Last week";
  const isThisYear = then.getFullYear() === now.getFullYear();
  return then.toLocaleDateString("en", { month: "long", ...(!isThisYear && { year: "numeric" }) });
}

/** Conversations, newest first, with a label before each day, week or month. */
export function rowsByDay(conversations: readonly Conversation[], now: Date): ListRow[] {
  const rows: ListRow[] = [];
  let last = "";
  for (const conversation of conversations) {
    const label = dayLabel(new Date(conversation.updated_at), now);
    if (label !== last) rows.push({ kind: "label", key: `label ${label}`, label });
    last = label;
    rows.push({ kind: "conversation", key: conversation.id, conversation });
  }
  return rows;
}

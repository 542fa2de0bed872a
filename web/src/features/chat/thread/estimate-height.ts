import { textOf } from "./thread-data";
import type { ThreadItem } from "./thread-item";

const lineHeight = 26;
const lettersPerLine = 84;
const around = 92;

/** About how tall a row will be, before it was ever drawn: a good guess keeps the scrollbar still. */
export function estimateHeight(item: ThreadItem | undefined): number {
  if (!item) return around;
  const text = item.kind === "message" ? textOf(item.message) : item.outgoing.text;
  const shown =
    item.kind === "message" && item.message.role === "assistant" ? text : text.slice(0, 2_000);
  return around + Math.ceil(shown.length / lettersPerLine) * lineHeight;
}

import type { Message } from "../../../shared/api/types";
import type { Outgoing } from "../outbox/outgoing";
import type { Standing } from "./standing";

interface ShownThread {
  /** Newest first. */
  messages: readonly Message[];
  isChosenHere: boolean;
}

/** What a question written now is to follow; nothing: whatever the conversation shows last by then. */
export function parentOfNext(
  { messages, isChosenHere }: ShownThread,
  { isOwner }: Pick<Standing, "isOwner">,
  onTheirWay: readonly Outgoing[],
): Pick<Outgoing, "parentId"> {
  // The owner sees what the conversation shows. Others are not told when the owner chooses another branch.
  if (isOwner) return {};
  // It follows the question before it, whose answer has no id yet.
  if (onTheirWay.some(({ state }) => state.kind !== "refused")) return {};
  const newest = messages[0];
  // Several may wait for one answer: each follows the one before, instead of pushing it aside.
  if (newest?.status === "running" && !isChosenHere) return {};
  return newest ? { parentId: newest.id } : {};
}

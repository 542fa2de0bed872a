import { AnswerMessage } from "./AnswerMessage";
import { OutgoingMessage } from "./OutgoingMessage";
import { PersonMessage } from "./PersonMessage";
import type { ThreadItem } from "./thread-item";

export function ThreadRow({ item, isLast }: { item: ThreadItem; isLast: boolean }) {
  if (item.kind === "outgoing") return <OutgoingMessage outgoing={item.outgoing} />;
  if (item.message.role === "user") return <PersonMessage message={item.message} />;
  return <AnswerMessage message={item.message} isLast={isLast} before={item.before} />;
}

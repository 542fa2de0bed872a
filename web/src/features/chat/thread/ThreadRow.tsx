import { AnswerMessage } from "./AnswerMessage";
import { OutgoingMessage } from "./OutgoingMessage";
import { PersonMessage } from "./PersonMessage";
import { RowBoundary } from "./RowBoundary";
import type { ThreadItem } from "./thread-item";

interface ThreadRowProps {
  item: ThreadItem;
  isLast: boolean;
}

export function ThreadRow(props: ThreadRowProps) {
  return (
    <RowBoundary item={props.item}>
      <Row {...props} />
    </RowBoundary>
  );
}

function Row({ item, isLast }: ThreadRowProps) {
  if (item.kind === "outgoing") return <OutgoingMessage outgoing={item.outgoing} />;
  if (item.message.role === "user") return <PersonMessage message={item.message} />;
  return <AnswerMessage message={item.message} isLast={isLast} before={item.before} />;
}

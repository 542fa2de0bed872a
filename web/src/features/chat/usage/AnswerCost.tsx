import { useQuery } from "@tanstack/react-query";
import { money } from "../../../shared/lib/money";
import { conversationUsageQuery } from "./queries";

/** What one answer cost, where that is known. It asks nothing: the conversation's sum has it. */
export function AnswerCost({
  conversationId,
  messageId,
}: {
  conversationId: string;
  messageId: string;
}) {
  const { data } = useQuery({ ...conversationUsageQuery(conversationId), enabled: false });
  const cost = data?.messages.find((one) => one.message_id === messageId)?.cost_micros ?? null;
  return cost === null ? null : <> · {money(cost)}</>;
}

import { useQuery } from "@tanstack/react-query";
import type { Message } from "../../../shared/api/types";
import { conversationUsageQuery } from "./queries";

/** What every call for one answer used together, where that is known. It asks nothing: the conversation's sum has it. */
export function useAnswerUsage({ conversation_id, id }: Message) {
  const { data } = useQuery({ ...conversationUsageQuery(conversation_id), enabled: false });
  return data?.messages.find((one) => one.message_id === id);
}

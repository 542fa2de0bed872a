import { useMemo, useState } from "react";
import { newId } from "../../shared/lib/new-id";
import { useOutbox } from "./outbox/outbox-context";

/** The messages that are on their way to a conversation, or to the new chat that is about to become one. */
export function useOnTheirWay(conversationId: string | null) {
  const { outbox, outgoing } = useOutbox();
  // A new chat has no id of the server's yet: its messages know each other by one of ours.
  const [chat, setChat] = useState(() => ({ conversationId, newChat: newId() }));
  if (chat.conversationId !== conversationId) setChat({ conversationId, newChat: newId() });
  const { newChat } = chat;
  const onTheirWay = useMemo(
    () =>
      outgoing.filter((one) =>
        conversationId === null ? one.newChat === newChat : one.conversationId === conversationId,
      ),
    [outgoing, conversationId, newChat],
  );
  return {
    outbox,
    onTheirWay,
    /** Where a message written now goes. */
    goal: conversationId === null ? { conversationId, newChat } : { conversationId },
    /** The conversation that the server has made of the new chat. */
    made: conversationId === null ? (onTheirWay[0]?.conversationId ?? null) : null,
  };
}

import type { QueryClient } from "@tanstack/react-query";
import type { Message, TurnAccepted } from "../../../shared/api/types";
import { threadKey } from "../queries";
import { type ThreadData, withTurn } from "./thread-data";

/** Shows a question the server accepted, and the answer about to be written, before either is read back. */
export function showTurn(
  client: QueryClient,
  conversationId: string,
  accepted: TurnAccepted,
  {
    parentId,
    question,
    model,
  }: { parentId: string | null | undefined; question: string; model: string },
): void {
  client.setQueryData<ThreadData>(threadKey(conversationId), (known) => {
    if (!known) return known;
    const asked: Message = {
      ...unsaid(conversationId),
      id: accepted.user_message_id,
      parent_id: parentId === undefined ? (known.messages[0]?.id ?? null) : parentId,
      role: "user",
      content: [{ type: "text", text: question }],
      status: "finished",
      sibling_ids: [accepted.user_message_id],
    };
    return withTurn(known, parentId, [
      anAnswerBegun(conversationId, accepted, asked.id, model),
      asked,
    ]);
  });
  void client.invalidateQueries({ queryKey: threadKey(conversationId) });
}

/** Shows a new answer beside another one. */
export function showSibling(
  client: QueryClient,
  beside: Message,
  accepted: TurnAccepted,
  model: string,
): void {
  client.setQueryData<ThreadData>(threadKey(beside.conversation_id), (known) => {
    if (!known) return known;
    const answer = anAnswerBegun(beside.conversation_id, accepted, beside.parent_id, model);
    return withTurn(known, beside.parent_id, [
      { ...answer, sibling_ids: [...beside.sibling_ids, answer.id] },
    ]);
  });
  void client.invalidateQueries({ queryKey: threadKey(beside.conversation_id) });
}

/** Shows that an answer that had ended early goes on. */
export function showContinued(client: QueryClient, message: Message, accepted: TurnAccepted): void {
  client.setQueryData<ThreadData>(
    threadKey(message.conversation_id),
    (known) =>
      known && {
        ...known,
        messages: known.messages.map((other) =>
          other.id === message.id
            ? { ...other, status: "running", turn_id: accepted.turn_id, error: null }
            : other,
        ),
      },
  );
  void client.invalidateQueries({ queryKey: threadKey(message.conversation_id) });
}

function anAnswerBegun(
  conversationId: string,
  accepted: TurnAccepted,
  parentId: string | null,
  model: string,
): Message {
  return {
    ...unsaid(conversationId),
    id: accepted.assistant_message_id,
    parent_id: parentId,
    role: "assistant",
    status: "running",
    model,
    turn_id: accepted.turn_id,
    sibling_ids: [accepted.assistant_message_id],
  };
}

function unsaid(conversationId: string) {
  return {
    conversation_id: conversationId,
    content: [],
    model: null,
    answered_by: null,
    from_cache: null,
    created_at: new Date().toISOString(),
    turn_id: null,
    reasoning: null,
    error: null,
    usage: null,
    finish_reason: null,
    left_out: null,
    asked_by: null,
    rating: null,
  };
}

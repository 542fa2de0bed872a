import type { QueryClient } from "@tanstack/react-query";
import { api } from "../../../shared/api/client";
import type { Message, Rating } from "../../../shared/api/types";
import { threadKey } from "../queries";
import type { ThreadData } from "../thread/thread-data";

/** Rates an answer, or takes it back: shown at once, and as it was before where it cannot be kept. */
export async function rate(
  client: QueryClient,
  message: Message,
  rating: Rating | null,
): Promise<boolean> {
  const address = `/api/messages/${message.id}/rating`;
  // A reading under way may have begun before: its answer would hide what is shown here.
  await client.cancelQueries({ queryKey: threadKey(message.conversation_id) });
  show(client, message, rating);
  try {
    await (rating ? api.put<Rating>(address, rating) : api.delete(address));
    return true;
  } catch {
    show(client, message, message.rating);
    return false;
  }
}

function show(client: QueryClient, message: Message, rating: Rating | null): void {
  client.setQueryData<ThreadData>(
    threadKey(message.conversation_id),
    (known) =>
      known && {
        ...known,
        messages: known.messages.map((other) =>
          other.id === message.id ? { ...other, rating } : other,
        ),
      },
  );
}

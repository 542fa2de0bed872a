import { api } from "../../../shared/api/client";
import type { TurnAccepted } from "../../../shared/api/types";
import { newId } from "../../../shared/lib/new-id";

const underWay = new Set<string>();
/** By what was asked: the id it was asked under, until the server has answered. */
const unanswered = new Map<string, string>();

/**
 * Asks for a turn at `address`, which names a message and a deed. Null while the same deed is under way: pressed twice,
 * it is asked for once. What met a dead network may have arrived all the same, so that the same wish goes out again
 * under the same id, by which the server knows it.
 */
export async function askOnce(address: string, wish: object): Promise<TurnAccepted | null> {
  if (underWay.has(address)) return null;
  underWay.add(address);
  const asked = `${address} ${JSON.stringify(wish)}`;
  const client_message_id = unanswered.get(asked) ?? newId();
  unanswered.set(asked, client_message_id);
  try {
    const accepted = await api.post<TurnAccepted>(address, { client_message_id, ...wish });
    unanswered.delete(asked);
    return accepted;
  } finally {
    underWay.delete(address);
  }
}

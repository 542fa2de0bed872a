import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Message } from "../../../shared/api/types";
import type { Outbox } from "../outbox/outbox";
import { threadKey } from "../queries";
import { useTurn } from "../turn/use-turn";

/** The answer being written at the end of the thread, until its turn says that it ended. */
export function useRunning(
  conversationId: string | null,
  messages: readonly Message[],
  outbox: Outbox,
): Message | null {
  const client = useQueryClient();
  const newest = messages[0];
  const running = newest?.status === "running" && newest.turn_id !== null ? newest : null;
  const { outcome } = useTurn(running?.turn_id ?? null);
  const hasEnded = outcome.kind !== "running";

  // The turn's last event came over the socket: what was stored is read once more.
  useEffect(() => {
    if (!hasEnded || conversationId === null) return;
    void client.invalidateQueries({ queryKey: threadKey(conversationId) });
  }, [hasEnded, conversationId, client]);

  // Whatever waited for the end of this answer may go out now.
  const isRunning = running !== null;
  useEffect(() => {
    if (!isRunning) outbox.flush();
  }, [isRunning, outbox]);

  return hasEnded ? null : running;
}

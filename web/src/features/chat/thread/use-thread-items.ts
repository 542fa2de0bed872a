import { useMemo } from "react";
import type { Message } from "../../../shared/api/types";
import type { Outgoing } from "../outbox/outgoing";
import type { ThreadItem } from "./thread-item";

/** The rows of the transcript, oldest first: what the server has, then what is on its way to it. */
export function useThreadItems(
  messages: readonly Message[],
  outgoing: readonly Outgoing[],
): readonly ThreadItem[] {
  return useMemo(() => {
    const stored = messages
      .map<ThreadItem>((message, index) => ({
        kind: "message",
        key: message.id,
        message,
        before: messages[index + 2]?.left_out ?? null,
      }))
      .toReversed();
    const onTheirWay = outgoing.map<ThreadItem>((one) => ({
      kind: "outgoing",
      key: one.id,
      outgoing: one,
    }));
    return [...stored, ...onTheirWay];
  }, [messages, outgoing]);
}

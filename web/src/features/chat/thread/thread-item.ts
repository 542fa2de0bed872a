import type { LeftOut, Message } from "../../../shared/api/types";
import type { Outgoing } from "../outbox/outgoing";

/** A row of the transcript. */
export type ThreadItem =
  | { kind: "message"; key: string; message: Message; before: LeftOut | null }
  | { kind: "outgoing"; key: string; outgoing: Outgoing };

import type { ContextGauge } from "../../../shared/api/types";
import { messageUnits, textUnits } from "./text-units";

export type PartName = "system" | "history" | "documents" | "tools" | "draft";

/** What is read, in tokens, in the order of the gauge. */
export interface Part {
  name: PartName;
  tokens: number;
}

/** The context as it would be if the draft were sent now. */
export interface Filling {
  parts: readonly Part[];
  /** All that would be read. */
  total: number;
  /** The model's window; null where nobody knows it. */
  limit: number | null;
  /** What of the window is kept for the answer. */
  reserve: number;
  /** What can be read; null where nobody knows. */
  room: number | null;
  /** How much of the room is taken: 1 is full, more is too much. 0 where nobody knows the room. */
  share: number;
  isAbout: boolean;
  state: "open" | "near" | "over" | "question-too-long";
}

const near = 0.85;

/** What was read so far, and with it the draft, which is weighed here: nobody is asked at each key. */
export function fillingOf(gauge: ContextGauge, draft: string): Filling {
  const draftTokens =
    draft.trim() === "" ? 0 : Math.ceil((textUnits(draft) + messageUnits) * gauge.tokens_per_unit);
  const parts: Part[] = [
    { name: "system", tokens: gauge.system },
    { name: "history", tokens: gauge.history },
    { name: "documents", tokens: gauge.documents },
    { name: "tools", tokens: gauge.tools },
    { name: "draft", tokens: draftTokens },
  ];
  const total = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const room = gauge.limit === null ? null : gauge.limit - gauge.reserve;
  const share = room === null ? 0 : total / Math.max(1, room);
  const alwaysSent = draftTokens + gauge.system + gauge.tools;
  return {
    parts,
    total,
    limit: gauge.limit,
    reserve: gauge.reserve,
    room,
    share,
    isAbout: !gauge.exact || draftTokens > 0,
    state:
      room === null || share < near
        ? "open"
        : alwaysSent > room
          ? "question-too-long"
          : share > 1
            ? "over"
            : "near",
  };
}

/** A share in whole percent, and never “100 %” before it is full. */
export function percent(share: number): number {
  return share < 1 ? Math.min(99, Math.round(share * 100)) : Math.round(share * 100);
}

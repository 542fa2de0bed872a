/** How answers are written: what of it was chosen, and the shape that each must have. */
import type { ReactNode } from "react";
import type { Batch } from "../../shared/api/types";

type Instructions = NonNullable<Batch["instructions"]>;

export type Writing = Pick<Instructions, "parameters" | "answer_schema">;

export const modelsOwnWriting: Writing = { parameters: {}, answer_schema: null };

/** What the fields for it, which belong to another part of the page, do for a job. */
export interface WritingFields {
  render: (slot: {
    model: string | null;
    value: Writing;
    onChange: (writing: Writing) => void;
  }) => ReactNode;
  /** As this model can be told: the rest is not sent. */
  takenBy: (model: string, writing: Writing) => Writing;
}

export function isOwnWriting({ parameters, answer_schema }: Writing): boolean {
  return Object.keys(parameters).length === 0 && answer_schema === null;
}

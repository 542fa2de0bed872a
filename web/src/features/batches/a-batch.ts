/** A job and a row as tests need them. */
import type { Batch, BatchRow } from "../../shared/api/types";
import type { WritingFields } from "./writing";

export function aBatch(change: Partial<Batch> = {}): Batch {
  return {
    id: "b1",
    name: "Reviews",
    state: "running",
    input_format: "csv",
    columns: ["id", "review"],
    row_count: 1200,
    done_count: 300,
    failed_count: 4,
    tokens: {
      input_tokens: 9000,
      output_tokens: 700,
      cached_input_tokens: 0,
      reasoning_tokens: 0,
      rows_uncounted: 0,
    },
    instructions: {
      model: "small",
      template: "Rate {{ review }}",
      system: null,
      parameters: {},
      answer_schema: null,
    },
    trouble: null,
    slowed_by: null,
    created_at: "2026-11-21T09:00:00Z",
    started_at: "2026-11-21T09:05:00Z",
    ended_at: null,
    ...change,
  };
}

export function aDraft(change: Partial<Batch> = {}): Batch {
  return aBatch({
    state: "draft",
    row_count: 3,
    done_count: 0,
    failed_count: 0,
    instructions: null,
    started_at: null,
    ...change,
  });
}

/** Fields that say nothing, for pages whose tests are about something else. */
export const noWriting: WritingFields = { render: () => null, takenBy: (_, writing) => writing };

export function aRow(change: Partial<BatchRow> = {}): BatchRow {
  return {
    number: 1,
    values: { id: "1", review: "Warm light." },
    status: "done",
    answer: "Friendly.",
    error: null,
    finish_reason: "stop",
    model: "small",
    usage: { input_tokens: 12, output_tokens: 3, estimated: false },
    attempts: 1,
    ...change,
  };
}

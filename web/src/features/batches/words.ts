/** Every word about batch jobs. */
import type { Batch, BatchRow } from "../../shared/api/types";
import { count, megabytes } from "./format";

export const words = {
  pageTitle: "Batch jobs",
  pageLead: "One prompt for every row of a file. Rows are asked when nobody else waits.",
  newBatch: "New batch job",
  back: "All batch jobs",
  more: "Show more",
  emptyTitle: "Ask the same of many rows",
  emptyLead:
    "Bring a table of reviews, questions or addresses as CSV or JSONL, and write one prompt with places for its columns. Each row gets its own answer; you download them beside your data.",
  example: "Download an example file",
  lost: "There is no such batch job. It may have been deleted.",

  newTitle: "New batch job",
  newLead:
    "A file, a prompt, a look at what will be asked. Nothing is sent to a model before you start it.",
  steps: ["File", "Prompt", "Check and start"],
  stepsName: "Steps",
  dropTitle: "Drop a file here",
  dropLead: "CSV with a header, or JSONL, as UTF‑8. Commas, semicolons and tabs are told apart.",
  choose: "Choose a file",
  reading: (name: string) => `Reading ${name}`,
  sending: (name: string) => `Sending ${name}`,
  sent: (sent: number, all: number) => `${megabytes(sent)} of ${megabytes(all)} MB`,
  cancelUpload: "Cancel",
  notAFile: "This is neither CSV nor JSONL. Save the table as CSV and choose it again.",

  rowsAndColumns: (rows: number, columns: number) =>
    `${count(rows)} ${rows === 1 ? "row" : "rows"}, ${count(columns)} ${columns === 1 ? "column" : "columns"}`,
  columns: "Columns",
  columnsNote: "Choose one to put it where the cursor is",
  insert: (column: string) => `Insert ${column}`,
  prompt: "Prompt for each row",
  promptHint: "Text in {{ }} is replaced by the row's own value.",
  promptPlaceholder: (column: string) =>
    `Is this review friendly? Answer yes or no.\n\n{{ ${column} }}`,
  system: "Instructions for the model, the same for every row",
  systemHint: "May be left empty.",
  model: "Model",
  writing: "How answers are written",
  schema: "The shape of each answer",
  next: "See what will be asked",
  checking: "Looking",
  noTemplate: "Write a prompt first.",
  noModel: "Choose a model first.",
  previewTitle: "What will be asked",
  previewNote: "The first rows, exactly as the model gets them",
  row: (number: number) => `Row ${count(number)}`,
  changePrompt: "Change the prompt",
  start: (rows: number) => (rows === 1 ? "Start with one row" : `Start with ${count(rows)} rows`),
  discard: "Discard",

  pause: "Pause",
  resume: "Resume",
  cancel: "Cancel job",
  retry: (rows: number) => `Ask ${count(rows)} failed again`,
  downloadCsv: "Download CSV",
  downloadJsonl: "Download JSONL",
  moreFor: (name: string) => `More for ${name}`,
  delete: "Delete",
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteLead: (rows: number) =>
    rows === 0
      ? "The rows of the file are removed from this server."
      : `The rows of the file and ${rows === 1 ? "one result" : `${count(rows)} results`} are removed from this server. Download them first if you need them.`,
  keep: "Keep it",
  deleted: (name: string) => `${name} was deleted`,
  cancelTitle: (name: string) => `Cancel ${name}?`,
  cancelLead:
    "No more rows are asked, and it cannot go on later. Results that are there stay. To go on later, pause it.",
  goOn: "Let it go on",

  progress: "Rows with a result",
  of: (done: number, all: number) => `${count(done)} of ${count(all)} rows`,
  failedRows: (rows: number) => `${count(rows)} failed`,
  tokens: (input: number, output: number) =>
    `${count(input)} tokens read, ${count(output)} written`,
  uncounted: (rows: number) =>
    `Of ${rows === 1 ? "one row" : `${count(rows)} rows`} the provider told no numbers.`,
  pausedItself: "It paused by itself. Nothing is lost; resume when this is mended.",
  slowed: "Asking more slowly for the moment",
  asked: "What is asked",

  filter: "Show",
  filters: { all: "All", waiting: "Waiting", done: "Done", failed: "Failed" },
  rows: "Rows",
  noRows: "No rows of this kind.",
  answer: "Answer",
  error: "Why it failed",
  noAnswer: "Nothing yet",
  input: "Row",
  rowFacts: (row: BatchRow) =>
    [
      row.model,
      row.usage &&
        `${row.usage.estimated ? "about " : ""}${count(row.usage.input_tokens ?? 0)} + ${count(row.usage.output_tokens ?? 0)} tokens`,
      row.attempts > 1 && `asked ${count(row.attempts)} times`,
      row.finish_reason === "length" && "cut at its longest length",
    ]
      .filter(Boolean)
      .join(" · "),
} as const;

export const stateWords: Record<Batch["state"], string> = {
  draft: "Not started",
  running: "Running",
  paused: "Paused",
  finished: "Finished",
  cancelled: "Cancelled",
};

const parameterWords: Record<string, (value: string) => string> = {
  temperature: (value) => `temperature ${value}`,
  top_p: (value) => `top‑p ${value}`,
  max_tokens: (value) => `at most ${count(Number(value))} tokens`,
  reasoning_effort: (value) => `reasoning effort ${value}`,
  seed: (value) => `seed ${value}`,
  stop: (value) => `ends at ${value}`,
};

/** “Temperature 0.2 · at most 200 tokens”; nothing where all of it is the model's own choice. */
export function writingWords(parameters: Record<string, unknown>): string {
  const text = Object.entries(parameters)
    .map(([name, value]) => parameterWords[name]?.(valueWords(value)) ?? "")
    .filter(Boolean)
    .join(" · ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function valueWords(value: unknown): string {
  return Array.isArray(value) ? value.map((one) => JSON.stringify(one)).join(", ") : String(value);
}

const troubles: Record<string, string> = {
  "provider-overloaded": "The provider asked to slow down.",
  "queue-full": "Many others wait for this model.",
  "provider-refused-key": "The provider does not accept the key. Change it on the page Models.",
  "provider-unreachable": "The provider cannot be reached.",
  "provider-not-allowed": "The provider is at an address that its connection may not reach.",
  "model-not-found": "The model is not there any more. It may have been removed.",
  "context-too-long": "The row is longer than the model can read.",
  "model-refused": "The model refused to answer.",
  unreachable: "The server cannot be reached. What you wrote is kept in this page; try again.",
};

/** What went wrong, in our words where we have some, and else in the server's. */
export function troubleWords({ code, message }: { code: string; message: string }): string {
  return troubles[code] ?? message;
}

/** What kind of file somebody chose, by its name first: browsers and systems disagree on the types of these. */

const byEnding: Record<string, string> = {
  csv: "text/csv",
  tsv: "text/csv",
  txt: "text/csv",
  jsonl: "application/jsonl",
  ndjson: "application/jsonl",
};

/** The type to send it as; null if it is none that can be read. */
export function fileType(file: { name: string; type: string }): string | null {
  const ending = file.name.split(".").at(-1)?.toLowerCase() ?? "";
  if (ending in byEnding) return byEnding[ending] ?? null;
  return file.type === "text/csv" ? file.type : null;
}

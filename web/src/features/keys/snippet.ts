import type { ProgramKey } from "../../shared/api/types";

/** What to write in a terminal so that a program uses the key; for the first of its doors that programs ask by itself. */
export function snippetFor(key: ProgramKey, secret: string, origin: string): string {
  if (key.doors.includes("openai")) {
    return `export OPENAI_BASE_URL=${origin}/v1\nexport OPENAI_API_KEY=${secret}`;
  }
  if (key.doors.includes("anthropic")) {
    return `export ANTHROPIC_BASE_URL=${origin}\nexport ANTHROPIC_API_KEY=${secret}`;
  }
  if (key.doors.includes("api")) {
    return `curl ${origin}/api/models \\\n  -H "Authorization: Bearer ${secret}"`;
  }
  return `Authorization: Bearer ${secret}`;
}

import { ApiProblem } from "../../shared/api/api-problem";
import { failureWords, words } from "./words";

/** What went wrong, in words. */
export function told(error: unknown): string {
  return error instanceof ApiProblem ? failureWords(error.code, error.detail) : words.failed;
}

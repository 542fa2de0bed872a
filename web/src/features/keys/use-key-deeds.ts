import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import { lookAgain } from "./queries";
import { failureWords, words } from "./words";

/** Does what the server may want a proof for first. */
export type Proven = <T>(deed: () => Promise<T>) => Promise<T>;

/** Tries a deed, keeps what went wrong in words, and looks at the keys again. */
export function useKeyDeed(proven: Proven) {
  const client = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function attempt<T>(deed: () => Promise<T>): Promise<T | null> {
    setIsBusy(true);
    setFailure(null);
    try {
      return await proven(deed);
    } catch (error) {
      // Whoever does not want to show who they are has given up, and knows it.
      if (error !== undefined) setFailure(told(error));
      return null;
    } finally {
      setIsBusy(false);
      await lookAgain(client);
    }
  }

  return { attempt, isBusy, failure };
}

export function told(error: unknown): string {
  return error instanceof ApiProblem ? failureWords(error.code, error.detail) : words.failed;
}

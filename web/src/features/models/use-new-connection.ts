import { useMutation } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { ConnectionTest } from "../../shared/api/types";
import {
  addConnection,
  type ConnectionDraft,
  connectionTestQuery,
  deleteConnection,
} from "./queries";
import { failureWords, problemWords } from "./words";

interface Attempt {
  draft: ConnectionDraft;
  /** Keep it even if it does not answer now. */
  anyway: boolean;
}

const noFields: ReadonlyMap<string, string> = new Map();

/** Adds a connection and asks it at once. One that does not answer is not kept, unless its owner says so. */
export function useNewConnection(onDone: (name: string, models: number | null) => void) {
  const trial = useMutation({
    mutationFn: async ({ draft, anyway }: Attempt, { client }): Promise<ConnectionTest> => {
      const { id } = await addConnection(draft);
      const test = await client.fetchQuery(connectionTestQuery(id));
      if (!test.ok && !anyway) await deleteConnection(id);
      return test;
    },
    onSuccess: (test, { draft, anyway }) => {
      if (test.ok || anyway)
        onDone(draft.name ?? draft.base_url, test.ok ? test.model_count : null);
    },
  });
  const error = trial.error instanceof ApiProblem ? trial.error : null;
  const refused = trial.data?.ok === false ? trial.variables : undefined;
  return {
    add: (draft: ConnectionDraft) => trial.mutate({ draft, anyway: false }),
    forget: trial.reset,
    isBusy: trial.isPending,
    fields: error?.fields ?? noFields,
    problem: problemOf(trial.data, error),
    keep: refused && (() => trial.mutate({ draft: refused.draft, anyway: true })),
  };
}

function problemOf(test: ConnectionTest | undefined, error: ApiProblem | null) {
  if (test?.problem) return problemWords(test.problem);
  if (!error || error.fields.size > 0) return null;
  const { code, detail: message } = error;
  const advice = failureWords({ code, message });
  return { state: problemWords({ code, message }).state, advice };
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ConnectionProblem } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import { State } from "../../shared/ui/State";
import styles from "./PickerProblems.module.css";
import { refreshModels } from "./queries";
import { problemWords, words } from "./words";

/** The connections and files whose models are missing from the list, and what to do about it. */
export function PickerProblems({ problems }: { problems: readonly ConnectionProblem[] }) {
  const client = useQueryClient();
  const refresh = useMutation({ mutationFn: () => refreshModels(client) });
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems}>
      {problems.map((problem) => (
        <li key={problem.connection_id ?? problem.connection_name} className={styles.problem}>
          <div className={styles.line}>
            <span className={styles.name}>{problem.connection_name}</span>
            <State kind="loss">{problemWords(problem).state}</State>
          </div>
          <p className={styles.advice}>{problemWords(problem).advice}</p>
        </li>
      ))}
      <li className={styles.again}>
        <LinkButton disabled={refresh.isPending} onClick={() => refresh.mutate()}>
          {refresh.isPending ? words.testing : words.tryAgain}
        </LinkButton>
      </li>
    </ul>
  );
}

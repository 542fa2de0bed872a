import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ConnectionProblem } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import { State } from "../../shared/ui/State";
import styles from "./ModelFileProblems.module.css";
import { refreshModels } from "./queries";
import { problemWords, words } from "./words";

/** The model files of this machine that cannot be used, and what to do with each. */
export function ModelFileProblems({ problems }: { problems: readonly ConnectionProblem[] }) {
  const client = useQueryClient();
  const refresh = useMutation({ mutationFn: () => refreshModels(client) });
  const files = problems.filter(({ connection_id }) => connection_id === null);
  if (files.length === 0) return null;
  return (
    <>
      <ul className={styles.list} aria-label={words.brokenFiles}>
        {files.map((file) => (
          <li key={file.connection_name} className={styles.file}>
            <h3 className={styles.name}>{file.connection_name}</h3>
            <div>
              <State kind="loss">{problemWords(file).state}</State>
              <p className={styles.advice}>{problemWords(file).advice}</p>
            </div>
          </li>
        ))}
      </ul>
      <p className={styles.again}>
        <LinkButton disabled={refresh.isPending} onClick={() => refresh.mutate()}>
          {refresh.isPending ? words.lookingAgain : words.lookAgain}
        </LinkButton>
      </p>
    </>
  );
}

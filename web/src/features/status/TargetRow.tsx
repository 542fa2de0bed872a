import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TargetStatus } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import { State } from "../../shared/ui/State";
import { showToast } from "../../shared/ui/toast-list";
import { healthOf } from "./health";
import { LastFailure } from "./LastFailure";
import { askAgain } from "./queries";
import { Sparkline } from "./Sparkline";
import styles from "./TargetRow.module.css";
import { firstWord, speed, words } from "./words";

/** One target: how it is, who is with it, how fast it writes, and what went wrong last. */
export function TargetRow({
  target,
  modelName,
  speeds,
}: {
  target: TargetStatus;
  /** As people know the model that the target asks. */
  modelName: string;
  speeds: readonly number[];
}) {
  const { id, model, routes, answered, failed, tokens_per_second, first_word_seconds } = target;
  const name = id === model ? modelName : id;
  const health = healthOf(target);
  const [failure] = target.failures;
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <h2 className={styles.name}>{name}</h2>
        <p className={styles.note}>{whoWords(id === model ? null : modelName, routes)}</p>
      </div>
      <div className={styles.health}>
        <State kind={health.kind}>{health.text}</State>
        {answered + failed > 0 && <p className={styles.note}>{words.lately(answered, failed)}</p>}
        {failure && <LastFailure failure={failure} />}
        {target.breaker !== "closed" && <AskAgain id={id} name={name} />}
      </div>
      <p className={styles.line}>
        <span className={styles.label}>{words.columns.line} </span>
        {lineWords(target)}
      </p>
      <p className={styles.speed}>
        <span className={styles.label}>{words.columns.speed} </span>
        <Sparkline values={speeds} />
        <span>
          {tokens_per_second === null ? (
            <span className={styles.none}>{words.noAnswers}</span>
          ) : (
            speed(tokens_per_second)
          )}
        </span>
      </p>
      <p className={styles.first}>
        <span className={styles.label}>{words.columns.firstWord} </span>
        {first_word_seconds === null ? "–" : firstWord(first_word_seconds)}
      </p>
    </li>
  );
}

function AskAgain({ id, name }: { id: string; name: string }) {
  const client = useQueryClient();
  const asking = useMutation({
    mutationFn: () => askAgain(client, id),
    onSuccess: () => showToast(words.asked(name)),
    onError: () => showToast(words.notAskedAgain),
  });
  return (
    <LinkButton aria-label={words.askAgainNow(name)} onClick={() => asking.mutate()}>
      {words.askAgain}
    </LinkButton>
  );
}

function whoWords(modelName: string | null, routes: readonly string[]): string {
  const parts = [modelName, routes.length > 0 && words.ofRoutes(routes)];
  return parts.filter(Boolean).join(", ");
}

function lineWords({ running, waiting }: TargetStatus): string {
  if (running === null || waiting === null) return words.lineUnknown;
  const parts = [running > 0 && words.running(running), waiting > 0 && words.waiting(waiting)];
  return parts.filter(Boolean).join(", ") || words.noLine;
}

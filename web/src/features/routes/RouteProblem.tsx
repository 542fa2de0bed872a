import type { ApiProblem } from "../../shared/api/api-problem";
import { LinkButton } from "../../shared/ui/LinkButton";
import { State } from "../../shared/ui/State";
import styles from "./RouteForm.module.css";
import { failureWords, words } from "./words";

/** Why the route was not kept, and the way on where somebody else was faster. */
export function RouteProblem({
  error,
  onReadAgain,
}: {
  error: ApiProblem;
  onReadAgain: () => void;
}) {
  const fields = [...error.fields.values()];
  return (
    <div className={styles.problem} role="alert">
      <State kind="loss">{words.notSaved}</State>
      <p>{fields.length > 0 ? fields.join(" ") : failureWords(error.code, error.detail)}</p>
      {error.code === "route-changed" && (
        <p>
          <LinkButton onClick={onReadAgain}>{words.readAgain}</LinkButton>
        </p>
      )}
    </div>
  );
}

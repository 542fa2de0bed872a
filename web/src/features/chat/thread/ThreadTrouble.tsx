import { ApiProblem } from "../../../shared/api/api-problem";
import { Button } from "../../../shared/ui/Button";
import { EmptyState } from "../../../shared/ui/EmptyState";
import { words } from "../words";
import styles from "./ThreadTrouble.module.css";

/** A conversation that could not be opened. */
export function ThreadTrouble({
  error,
  onTryAgain,
  onNewChat,
}: {
  error: Error;
  onTryAgain: () => void;
  onNewChat: () => void;
}) {
  const isGone = error instanceof ApiProblem && (error.status === 404 || error.status === 422);
  return (
    <div className={styles.trouble} role="alert">
      {isGone ? (
        <EmptyState
          title={words.goneTitle}
          action={<Button onClick={onNewChat}>{words.startNew}</Button>}
        >
          {words.goneLead}
        </EmptyState>
      ) : (
        <EmptyState
          title={words.threadFailed}
          action={<Button onClick={onTryAgain}>{words.tryAgain}</Button>}
        >
          {error.message}
        </EmptyState>
      )}
    </div>
  );
}

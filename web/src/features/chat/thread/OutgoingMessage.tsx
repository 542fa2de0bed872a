import { Button } from "../../../shared/ui/Button";
import type { Outgoing, OutgoingState } from "../outbox/outgoing";
import { refusalWords } from "../failure-words";
import { words } from "../words";
import styles from "./OutgoingMessage.module.css";
import { PersonCard } from "./PersonCard";
import { useThreadDeeds } from "./thread-deeds";

/** A message the server does not have yet, and where it stands. */
export function OutgoingMessage({ outgoing }: { outgoing: Outgoing }) {
  const deeds = useThreadDeeds();
  const { state } = outgoing;
  return (
    <article className={styles.outgoing} aria-label={words.you}>
      <PersonCard text={outgoing.text} muted={state.kind !== "sending"} />
      <div className={styles.state} role="status" data-refused={state.kind === "refused"}>
        <span>{stateWords(state)}</span>
        <span className={styles.buttons}>
          {state.kind === "refused" && (
            <Button variant="quiet" onClick={() => deeds.sendAgain(outgoing.id)}>
              {words.tryAgain}
            </Button>
          )}
          {state.kind !== "sending" && (
            <Button variant="quiet" onClick={() => deeds.withdraw(outgoing.id)}>
              {words.withdraw}
            </Button>
          )}
        </span>
      </div>
    </article>
  );
}

function stateWords(state: OutgoingState): string {
  switch (state.kind) {
    case "waiting":
      return words.waitingInLine;
    case "sending":
      return words.sending;
    case "delayed":
      return words.delayed;
    case "refused":
      return `${words.refused}. ${refusalWords(state.code, state.detail)}`;
  }
}

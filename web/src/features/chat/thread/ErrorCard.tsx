import { useState } from "react";
import type { Message } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Icon } from "../../../shared/ui/Icon";
import { failureWords, keptWords, type Remedy } from "../failure-words";
import type { TurnOutcome } from "../turn-state";
import styles from "./ErrorCard.module.css";
import { useThreadDeeds } from "./thread-deeds";

type Failed = Extract<TurnOutcome, { kind: "failed" }>;

/** What happened, what is kept, what to do now. */
export function ErrorCard({
  message,
  failure,
  text,
  isLast,
}: {
  message: Message;
  failure: Failed;
  text: string;
  isLast: boolean;
}) {
  const deeds = useThreadDeeds();
  const [hasDetails, setHasDetails] = useState(false);
  const { title, advice, remedies } = failureWords(failure, deeds.modelName(message.model));
  const wordCount = text.match(/\S+/g)?.length ?? 0;
  const offered = remedies.filter((remedy) => remedy !== "continue" || (isLast && wordCount > 0));
  return (
    <div className={styles.card} role="alert">
      <Icon name="warning" />
      <div className={styles.body}>
        <h3 className={styles.title}>{title}</h3>
        <p className={styles.words}>
          {keptWords(wordCount)} {advice}
        </p>
        <div className={styles.buttons}>
          {offered.map((remedy) => (
            <RemedyButton key={remedy} remedy={remedy} message={message} />
          ))}
          <Button
            variant="quiet"
            aria-expanded={hasDetails}
            onClick={() => setHasDetails(!hasDetails)}
          >
            Details
          </Button>
        </div>
        {hasDetails && <Details message={message} failure={failure} />}
      </div>
    </div>
  );
}

function RemedyButton({ remedy, message }: { remedy: Remedy; message: Message }) {
  const deeds = useThreadDeeds();
  switch (remedy) {
    case "continue":
      return (
        <Button icon="play" onClick={() => deeds.continueAnswer(message)}>
          Continue from here
        </Button>
      );
    case "try-again":
      return (
        <Button icon="redo" onClick={() => deeds.regenerate(message)}>
          Try again
        </Button>
      );
    case "other-model":
      return <Button onClick={() => deeds.askAnotherModel(message)}>Choose another model</Button>;
    case "connections":
      return <Button onClick={deeds.manageModels}>Open models</Button>;
  }
}

function Details({ message, failure }: { message: Message; failure: Failed }) {
  return (
    <dl className={styles.details}>
      <dt>What was said</dt>
      <dd>{failure.message}</dd>
      <dt>Code</dt>
      <dd>
        <code>{failure.code}</code>
      </dd>
      <dt>Model</dt>
      <dd>
        <code>{message.model}</code>
      </dd>
      {failure.providerRequestId && (
        <>
          <dt>Request at the provider</dt>
          <dd>
            <code>{failure.providerRequestId}</code>
          </dd>
        </>
      )}
      {message.turn_id && (
        <>
          <dt>Turn</dt>
          <dd>
            <code>{message.turn_id}</code>
          </dd>
        </>
      )}
    </dl>
  );
}

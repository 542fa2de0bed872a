import { memo } from "react";
import type { Message } from "../../../shared/api/types";
import { LampMark } from "../../../shared/ui/LampMark";
import { Markdown } from "../../../shared/ui/markdown/Markdown";
import { useTurn } from "../turn/use-turn";
import { words } from "../words";
import { AnswerActions } from "./AnswerActions";
import styles from "./AnswerMessage.module.css";
import { AnswerEnd } from "./AnswerEnd";
import { answerNow } from "./answer-now";
import { CacheNote } from "./CacheNote";
import { Reasoning } from "./Reasoning";
import { RunningPhase } from "./RunningPhase";
import { SwitchNotes } from "./SwitchNotes";
import { useThreadDeeds } from "./thread-deeds";

/** What a model said: plain text on the page, with how it stands or ended below it. */
export const AnswerMessage = memo(function AnswerMessage({
  message,
  isLast,
}: {
  message: Message;
  isLast: boolean;
}) {
  const deeds = useThreadDeeds();
  const turn = useTurn(message.status === "running" ? message.turn_id : null);
  const answer = answerNow(message, turn);
  const isRunning = answer.outcome.kind === "running";
  const hasBegun = answer.text !== "" || answer.reasoning !== "";
  return (
    <article className={styles.answer} aria-labelledby={`${message.id}-by`}>
      <h2 id={`${message.id}-by`} className="visually-hidden">
        {words.answerBy(deeds.modelName(message.model))}
      </h2>
      {hasBegun && <LampMark className={styles.gutterMark} />}
      <SwitchNotes switches={turn.switches.filter(({ after }) => after === null)} />
      {answer.reasoning !== "" && (
        <Reasoning text={answer.reasoning} isThinking={isRunning && answer.text === ""} />
      )}
      <Markdown text={answer.text} streaming={isRunning} />
      <SwitchNotes switches={turn.switches.filter(({ after }) => after !== null)} />
      {turn.droppedMessages > 0 && (
        <p className={styles.note}>{words.dropped(turn.droppedMessages)}</p>
      )}
      {answer.fromCache && (
        <CacheNote
          fromCache={answer.fromCache}
          onAskAgain={isRunning ? undefined : () => deeds.regenerate(message)}
        />
      )}
      {isRunning ? (
        <RunningPhase turn={turn} message={message} isFirst={!hasBegun} />
      ) : (
        <AnswerEnd message={message} answer={answer} isLast={isLast} />
      )}
      {!isRunning && <AnswerActions message={message} text={answer.text} isAlwaysShown={isLast} />}
    </article>
  );
});

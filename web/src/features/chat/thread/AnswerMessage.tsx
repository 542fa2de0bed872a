import { memo } from "react";
import type { LeftOut, Message } from "../../../shared/api/types";
import { LampMark } from "../../../shared/ui/LampMark";
import { Markdown } from "../../../shared/ui/markdown/Markdown";
import { ContextNote } from "../context/ContextNote";
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
  before = null,
}: {
  message: Message;
  isLast: boolean;
  /** What was left out for the answer before it: said again only where it changed. */
  before?: LeftOut | null;
}) {
  const deeds = useThreadDeeds();
  const turn = useTurn(message.status === "running" ? message.turn_id : null);
  const answer = answerNow(message, turn);
  const leftOut = turn.leftOut ?? message.left_out;
  const isRunning = answer.outcome.kind === "running";
  const hasBegun = answer.text !== "" || answer.reasoning !== "";
  return (
    <article className={styles.answer} aria-labelledby={`${message.id}-by`}>
      <h2 id={`${message.id}-by`} className="visually-hidden">
        {words.answerBy(deeds.modelName(message.model))}
      </h2>
      {hasBegun && <LampMark className={styles.gutterMark} />}
      {leftOut && !isSame(leftOut, before) && (
        <ContextNote
          conversationId={message.conversation_id}
          leftOut={leftOut}
          summaryFailed={turn.leftOut?.summaryFailed ?? false}
        />
      )}
      <SwitchNotes switches={turn.switches.filter(({ after }) => after === null)} />
      {answer.reasoning !== "" && (
        <Reasoning text={answer.reasoning} isThinking={isRunning && answer.text === ""} />
      )}
      <Markdown text={answer.text} streaming={isRunning} />
      <SwitchNotes switches={turn.switches.filter(({ after }) => after !== null)} />
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

function isSame(one: LeftOut, other: LeftOut | null): boolean {
  return (
    other !== null &&
    one.dropped_messages === other.dropped_messages &&
    one.summary_id === other.summary_id
  );
}

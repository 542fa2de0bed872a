import type { Message } from "../../../shared/api/types";
import type { AnswerNow } from "./answer-now";
import { EndNotice } from "./EndNotice";
import { ErrorCard } from "./ErrorCard";
import { useThreadDeeds } from "./thread-deeds";

/** How an answer ended, when that was not simply the end. */
export function AnswerEnd({
  message,
  answer,
  isLast,
}: {
  message: Message;
  answer: AnswerNow;
  /** Only the last answer can grow: what follows another one answers to how it ended. */
  isLast: boolean;
}) {
  const deeds = useThreadDeeds();
  const { outcome, text } = answer;
  const go = {
    onContinue: () => deeds.continueAnswer(message),
    onTryAgain: () => deeds.regenerate(message),
  };
  switch (outcome.kind) {
    case "running":
      return null;
    case "failed":
      return <ErrorCard message={message} failure={outcome} text={text} isLast={isLast} />;
    case "stopped":
      return (
        <EndNotice
          words={text === "" ? "Stopped before the first word." : "You stopped this answer."}
          canContinue={isLast && text !== ""}
          {...go}
        />
      );
    case "interrupted":
      return (
        <EndNotice
          words={
            text === ""
              ? "The server restarted before the first word."
              : "The server restarted. What was written is kept."
          }
          canContinue={isLast && text !== ""}
          {...go}
        />
      );
    case "finished":
      if (outcome.finishReason === "length") {
        return (
          <EndNotice words="The answer reached its length limit." canContinue={isLast} {...go} />
        );
      }
      if (outcome.finishReason === "content-filter") {
        return (
          <EndNotice
            words="The provider held back the rest of this answer."
            canContinue={false}
            {...go}
          />
        );
      }
      return text === "" ? (
        <EndNotice words="The model answered without a word." canContinue={false} {...go} />
      ) : null;
  }
}

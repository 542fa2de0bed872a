import type { Message } from "../../../shared/api/types";
import { IconButton } from "../../../shared/ui/IconButton";
import { words } from "../words";
import styles from "./AnswerActions.module.css";
import { RateButtons } from "../rating/RateButtons";
import { AnswerMeta } from "./AnswerMeta";
import { CopyButton } from "./CopyButton";
import { SiblingPager } from "./SiblingPager";
import { useStanding } from "./standing";
import { useThreadDeeds } from "./thread-deeds";

/** Below an answer: which version, what can be done with it, and on demand what it took. */
export function AnswerActions({
  message,
  text,
  isAlwaysShown,
}: {
  message: Message;
  text: string;
  isAlwaysShown: boolean;
}) {
  const deeds = useThreadDeeds();
  const { mayWrite } = useStanding();
  return (
    <div className={styles.actions} data-shown={isAlwaysShown}>
      <SiblingPager message={message} label={words.versionsOfAnswer} />
      <span className={styles.onHover}>
        {text !== "" && <CopyButton text={text} label={words.copyMarkdown} />}
        {mayWrite && (
          <IconButton
            icon="redo"
            label={words.regenerate}
            onClick={() => deeds.regenerate(message)}
          />
        )}
        {text !== "" && <RateButtons message={message} />}
      </span>
      <span className={styles.meta}>
        <AnswerMeta message={message} modelName={deeds.modelName} />
      </span>
    </div>
  );
}

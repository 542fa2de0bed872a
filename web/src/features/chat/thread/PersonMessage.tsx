import { memo, useState } from "react";
import type { Message } from "../../../shared/api/types";
import { IconButton } from "../../../shared/ui/IconButton";
import { words } from "../words";
import { CopyButton } from "./CopyButton";
import { useEdit } from "./edits";
import { EditMessage } from "./EditMessage";
import { PersonCard } from "./PersonCard";
import styles from "./PersonMessage.module.css";
import { SiblingPager } from "./SiblingPager";
import { askerOf, useStanding } from "./standing";
import { textOf } from "./thread-data";
import { useThreadDeeds } from "./thread-deeds";

/** What a person said: a soft card at the right edge of the column. */
export const PersonMessage = memo(function PersonMessage({ message }: { message: Message }) {
  const deeds = useThreadDeeds();
  const standing = useStanding();
  const asker = askerOf(message, standing);
  const { draft, write } = useEdit(message.id);
  // A row that comes back into view with its edit leaves the focus where it is.
  const [wasBegunHere, setWasBegunHere] = useState(false);
  const text = textOf(message);
  if (draft !== null) {
    return (
      <article className={styles.person} aria-label={words.editing}>
        <EditMessage
          text={text}
          draft={draft}
          takesFocus={wasBegunHere}
          onChange={write}
          onCancel={() => write(null)}
          onSend={() => {
            if (deeds.edit(message, draft)) write(null);
          }}
        />
      </article>
    );
  }
  return (
    <article className={styles.person} aria-label={asker}>
      <h2 className={standing.isShared ? styles.asker : "visually-hidden"}>{asker}</h2>
      <PersonCard text={text} />
      <div className={styles.actions}>
        <span className={styles.onHover}>
          <CopyButton text={text} label={words.copy} />
          {standing.mayWrite && (
            <IconButton
              icon="pen"
              label={words.edit}
              onClick={() => {
                setWasBegunHere(true);
                write(text);
              }}
            />
          )}
        </span>
        <SiblingPager message={message} label={words.versionsOfMessage} />
      </div>
    </article>
  );
});

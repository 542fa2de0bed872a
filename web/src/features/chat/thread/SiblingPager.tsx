import type { Message } from "../../../shared/api/types";
import { IconButton } from "../../../shared/ui/IconButton";
import { words } from "../words";
import styles from "./SiblingPager.module.css";
import { useThreadDeeds } from "./thread-deeds";

/** Which of several versions is shown, and the way to the others. Nothing when there is only one. */
export function SiblingPager({ message, label }: { message: Message; label: string }) {
  const deeds = useThreadDeeds();
  const all = message.sibling_ids;
  if (all.length < 2) return null;
  const index = all.indexOf(message.id);
  const before = all[index - 1];
  const after = all[index + 1];
  return (
    <span className={styles.pager} role="group" aria-label={label}>
      <IconButton
        icon="chevron-left"
        label={words.previousVersion}
        disabled={before === undefined}
        onClick={() => before !== undefined && deeds.showVersion(message, before)}
      />
      <span>
        {index + 1}/{all.length}
      </span>
      <IconButton
        icon="chevron-right"
        label={words.nextVersion}
        disabled={after === undefined}
        onClick={() => after !== undefined && deeds.showVersion(message, after)}
      />
    </span>
  );
}

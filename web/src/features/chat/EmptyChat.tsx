import { Button } from "../../shared/ui/Button";
import { LampMark } from "../../shared/ui/LampMark";
import styles from "./EmptyChat.module.css";
import { words } from "./words";

/** Before the first question. */
export function EmptyChat({
  hasModels,
  onManageModels,
}: {
  hasModels: boolean;
  onManageModels: () => void;
}) {
  return (
    <div className={styles.empty}>
      <LampMark className={styles.mark} />
      <h2 className={styles.title}>{hasModels ? words.emptyTitle : words.noModelTitle}</h2>
      <p className={styles.lead}>{hasModels ? words.emptyLead : words.noModelLead}</p>
      {!hasModels && (
        <Button variant="primary" large className={styles.action} onClick={onManageModels}>
          {words.chooseModel}
        </Button>
      )}
    </div>
  );
}

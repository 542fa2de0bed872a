import { LampMark } from "../../shared/ui/LampMark";
import styles from "./FirstRunHead.module.css";
import { foundTitle, words } from "./words";

/** Says what was found, or that nothing was and how to go on. */
export function FirstRunHead({
  isLooking,
  modelCount,
  hasEngine,
}: {
  isLooking: boolean;
  modelCount: number;
  hasEngine: boolean;
}) {
  const emptyLead = hasEngine ? words.nothingLead : words.nothingWithoutEngineLead;
  const title = modelCount > 0 ? foundTitle(modelCount) : words.nothingTitle;
  return (
    <>
      <LampMark className={styles.mark} state={isLooking ? "running" : "still"} />
      <h1 className={styles.title} role={isLooking ? "status" : undefined}>
        {isLooking ? words.looking : title}
      </h1>
      {!isLooking && <p className={styles.lead}>{modelCount > 0 ? words.foundLead : emptyLead}</p>}
    </>
  );
}

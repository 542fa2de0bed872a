import { LampMark } from "../../shared/ui/LampMark";
import styles from "./FirstRunHead.module.css";
import { foundTitle, words } from "./words";

/** Says what was found, or that nothing was and how to go on. */
export function FirstRunHead({
  isLooking,
  modelCount,
  hasStarter,
  hasEngine,
}: {
  isLooking: boolean;
  modelCount: number;
  hasStarter: boolean;
  hasEngine: boolean;
}) {
  const { title, lead } = said(modelCount, hasStarter, hasEngine);
  return (
    <>
      <LampMark className={styles.mark} state={isLooking ? "running" : "still"} />
      <h1 className={styles.title} role={isLooking ? "status" : undefined}>
        {isLooking ? words.looking : title}
      </h1>
      {!isLooking && <p className={styles.lead}>{lead}</p>}
    </>
  );
}

function said(modelCount: number, hasStarter: boolean, hasEngine: boolean) {
  if (modelCount > 0) return { title: foundTitle(modelCount), lead: words.foundLead };
  if (hasStarter) return { title: words.starterTitle, lead: words.starterLead };
  const lead = hasEngine ? words.nothingLead : words.nothingWithoutEngineLead;
  return { title: words.nothingTitle, lead };
}

import type { ContextPolicy } from "../../../shared/api/types";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { contextWords as words } from "../context-words";
import styles from "./ContextGauge.module.css";
import type { Filling } from "./gauge";

/** Said before the window is full: how it stands, and what will happen. */
export function ContextWarning({
  filling,
  policy,
  model,
  onChange,
}: {
  filling: Filling;
  policy: ContextPolicy;
  model: string;
  /** Opens the choice of what happens; null where there is none yet. */
  onChange: (() => void) | null;
}) {
  const warning = words.warning(filling, policy.name, model);
  return (
    <div role="status" className={styles.status}>
      {warning && (
        <p className={styles.warning}>
          {warning}
          {onChange && filling.state !== "question-too-long" && (
            <>
              {" "}
              <LinkButton onClick={onChange}>{words.change}</LinkButton>
            </>
          )}
        </p>
      )}
    </div>
  );
}

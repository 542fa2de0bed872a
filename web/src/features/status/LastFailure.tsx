import type { TargetStatus } from "../../shared/api/types";
import { ago } from "../../shared/lib/ago";
import { useNow } from "../../shared/lib/use-now";
import styles from "./LastFailure.module.css";
import { words } from "./words";

/** What went wrong last and how long ago; the exact moment stands in its tooltip. */
export function LastFailure({ failure }: { failure: TargetStatus["failures"][number] }) {
  const now = useNow(1_000);
  const at = new Date(failure.at);
  return (
    <p className={styles.failure}>
      <span className="visually-hidden">{words.lastFailure}: </span>
      <time dateTime={failure.at} title={at.toLocaleString()}>
        {ago(at, now)}
      </time>
      : {failure.detail}
    </p>
  );
}

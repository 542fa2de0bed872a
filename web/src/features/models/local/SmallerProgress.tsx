import type { Quantisation } from "../../../shared/api/types";
import { IconButton } from "../../../shared/ui/IconButton";
import { State } from "../../../shared/ui/State";
import progress from "../DownloadProgress.module.css";
import { part } from "../format";
import { isUnderWay } from "./smaller";
import styles from "./SmallerProgress.module.css";
import { smallerStateWords, words } from "./words";

/** How far a model is in being stored smaller, or why it was not; and the way to end it. */
export function SmallerProgress({
  job,
  name,
  onStop,
}: {
  job: Quantisation;
  name: string;
  onStop: () => void;
}) {
  const { status, done_bytes, total_bytes, problem } = job;
  const isAtWork = isUnderWay(job);
  const percent = total_bytes > 0 ? Math.min(100, (done_bytes / total_bytes) * 100) : 0;
  return (
    <div className={styles.smaller}>
      <div>
        <div className={progress.line}>
          <State kind={status === "failed" ? "loss" : status === "waiting" ? "off" : "running"}>
            {smallerStateWords(job)}
          </State>
          {isAtWork && total_bytes > 0 && (
            <span className={progress.facts}>{part(done_bytes, total_bytes)}</span>
          )}
        </div>
        {isAtWork && (
          <div
            className={progress.bar}
            data-kind={status === "waiting" ? "off" : "running"}
            role="progressbar"
            aria-label={words.smallerProgress(name, job.type)}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.floor(percent)}
          >
            <span style={{ width: `${percent}%` }} />
          </div>
        )}
        {problem !== null && (
          <p className={progress.why} role="alert">
            {problem}
          </p>
        )}
      </div>
      <IconButton
        icon="close"
        label={isAtWork ? words.smallerStop(name, job.type) : words.smallerPutAway(name, job.type)}
        onClick={onStop}
      />
    </div>
  );
}

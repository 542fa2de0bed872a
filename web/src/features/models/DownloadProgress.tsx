import type { Download } from "../../shared/api/types";
import { type Kind, State } from "../../shared/ui/State";
import styles from "./DownloadProgress.module.css";
import { part, size, wait } from "./format";
import { failureWords, words } from "./words";

const states: Record<Exclude<Download["status"], "finished">, { kind: Kind; word: string }> = {
  running: { kind: "running", word: words.downloading },
  verifying: { kind: "running", word: words.verifying },
  stopped: { kind: "off", word: words.paused },
  failed: { kind: "loss", word: words.failed },
};

/** How far a download is, how fast, and how long it will take; or why it stopped. */
export function DownloadProgress({ download }: { download: Download }) {
  const { status, done_bytes, total_bytes, error } = download;
  if (status === "finished") return null;
  const { kind, word } = states[status];
  // What failed and left nothing has no way behind it that could be drawn.
  const isDrawn = status !== "failed" || done_bytes > 0;
  const percent = total_bytes > 0 ? Math.min(100, (done_bytes / total_bytes) * 100) : 0;
  return (
    <div className={styles.progress}>
      <div className={styles.line}>
        <State kind={kind}>{word}</State>
        {isDrawn && <span className={styles.facts}>{factsOf(download)}</span>}
      </div>
      {isDrawn && (
        <div
          className={styles.bar}
          data-kind={kind}
          role="progressbar"
          aria-label={download.name}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(percent)}
        >
          <span style={{ width: `${percent}%` }} />
        </div>
      )}
      {status === "failed" && error && (
        <p className={styles.why} role="alert">
          {failureWords(error)}
        </p>
      )}
    </div>
  );
}

function factsOf({ status, done_bytes, total_bytes, bytes_per_second, eta_seconds }: Download) {
  const done = part(done_bytes, total_bytes);
  const facts = [status === "failed" ? words.keptPart(done) : done];
  if (status === "running" && bytes_per_second) facts.push(`${size(bytes_per_second)}/s`);
  if (status === "running" && eta_seconds !== null) facts.push(wait(eta_seconds));
  return facts.join(" · ");
}

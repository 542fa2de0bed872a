import type { Download } from "../../shared/api/types";
import { type Kind, State } from "../../shared/ui/State";
import styles from "./DownloadProgress.module.css";
import { part, size, wait } from "./format";
import { failureWords, words } from "./words";

const states: Record<Exclude<Download["status"], "done">, { kind: Kind; word: string }> = {
  waiting: { kind: "off", word: words.waiting },
  downloading: { kind: "running", word: words.downloading },
  checking: { kind: "running", word: words.verifying },
  paused: { kind: "off", word: words.paused },
  failed: { kind: "loss", word: words.failed },
};

/** How far a download is, how fast, and how long it will take; or why it stopped. */
export function DownloadProgress({ download }: { download: Download }) {
  const { status, done_bytes, error } = download;
  if (status === "done") return null;
  const { kind, word } = states[status];
  // What failed and left nothing has no way behind it that could be drawn.
  const isDrawn = status !== "failed" || done_bytes > 0;
  const percent = percentOf(download);
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
      {error && (
        <p className={styles.why} role="alert">
          {failureWords(error)}
        </p>
      )}
    </div>
  );
}

/** Of the way that the bar shows: coming, and then being read again for the hash. */
function percentOf({ done_bytes, total_bytes, checked_bytes }: Download): number {
  const done = checked_bytes ?? done_bytes;
  return total_bytes > 0 ? Math.min(100, (done / total_bytes) * 100) : 0;
}

function factsOf(download: Download) {
  const { status, done_bytes, total_bytes, bytes_per_second, eta_seconds } = download;
  const done = part(download.checked_bytes ?? done_bytes, total_bytes);
  const facts = [status === "failed" ? words.keptPart(done) : done];
  if (status === "downloading" && bytes_per_second) facts.push(`${size(bytes_per_second)}/s`);
  if (status === "downloading" && eta_seconds !== null) facts.push(wait(eta_seconds));
  if (download.parts > 1) facts.push(words.partsDone(download.parts_done, download.parts));
  return facts.join(" · ");
}

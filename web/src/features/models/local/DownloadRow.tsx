import type { Download } from "../../../shared/api/types";
import { DownloadDeeds } from "../DownloadDeeds";
import { DownloadProgress } from "../DownloadProgress";
import type { Downloads } from "../use-downloads";
import styles from "./Row.module.css";
import { tagWords } from "./words";

/** A model on its way here: how far it is, and what can be done about it. */
export function DownloadRow({
  download,
  downloads,
}: {
  download: Download;
  /** Left out where nothing can be done about it. */
  downloads?: Downloads;
}) {
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <h3 className={styles.name}>
          {download.name}{" "}
          <span className={styles.tag}>{tagWords(download.variant, download.total_bytes)}</span>
        </h3>
        <p className={styles.facts}>{download.repo}</p>
      </div>
      <div className={styles.state}>
        <DownloadProgress download={download} />
      </div>
      {downloads && (
        <div className={styles.deeds}>
          <DownloadDeeds download={download} downloads={downloads} />
        </div>
      )}
    </li>
  );
}

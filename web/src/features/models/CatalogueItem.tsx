import type { CatalogueEntry, Download } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { State } from "../../shared/ui/State";
import styles from "./CatalogueItem.module.css";
import { DownloadProgress } from "./DownloadProgress";
import { DownloadDeeds } from "./DownloadDeeds";
import { size } from "./format";
import type { Downloads } from "./use-downloads";
import { quantisationWords } from "./model-facts";
import { words } from "./words";

export interface CatalogueItemProps {
  entry: CatalogueEntry;
  download: Download | undefined;
  /** Whether the file is known to lie here; of a download that has just ended, before the list is read again. */
  isHere: boolean;
  isRecommended: boolean;
  downloads: Downloads;
}

/** One model of the catalogue: what it is, what it needs, and how far its download is. */
export function CatalogueItem({
  entry,
  download,
  isHere,
  isRecommended,
  downloads,
}: CatalogueItemProps) {
  const pending = download?.status === "done" || isHere ? undefined : download;
  return (
    <li className={styles.item}>
      <div className={styles.words}>
        <h3 className={styles.name}>
          {entry.name}{" "}
          <span className={styles.tag}>
            {quantisationWords(entry.quantisation)}, {size(entry.size_bytes)}
          </span>
        </h3>
        <p className={styles.description}>{entry.description}</p>
        <p className={styles.facts}>
          <span>
            {entry.fits ? words.needs(entry.memory_bytes) : words.tooBig(entry.memory_bytes)}
          </span>
          <span>{words.licence(entry.licence)}</span>
          <a href={entry.url} target="_blank" rel="noopener noreferrer">
            {words.source}
          </a>
        </p>
      </div>
      <div className={styles.deeds}>
        {pending ? (
          <DownloadDeeds download={pending} downloads={downloads} />
        ) : isHere ? (
          <State kind="done">{words.installed}</State>
        ) : (
          <Button
            icon="download"
            variant={isRecommended ? "primary" : "plain"}
            disabled={downloads.isBusy}
            aria-label={`${words.download} ${entry.name}`}
            onClick={() => downloads.start({ catalogue_id: entry.id })}
          >
            {words.download}
          </Button>
        )}
      </div>
      {pending && <DownloadProgress download={pending} />}
    </li>
  );
}

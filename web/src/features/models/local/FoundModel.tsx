import type { CatalogueEntry } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { State } from "../../../shared/ui/State";
import { DownloadDeeds } from "../DownloadDeeds";
import { DownloadProgress } from "../DownloadProgress";
import type { Downloads } from "../use-downloads";
import { abilityWords } from "../model-facts";
import { words as allWords } from "../words";
import { offered } from "./find-models";
import styles from "./FoundModel.module.css";
import { VariantTable } from "./VariantTable";
import { reasonWords, sizeWords, speedWords, words } from "./words";

/** One model of the catalogue: what it is, which variant suits this machine and why, and all the others. */
export function FoundModel({
  entry,
  isBest,
  downloads,
}: {
  entry: CatalogueEntry;
  isBest: boolean;
  downloads: Downloads;
}) {
  const variant = offered(entry);
  const known = downloads.of(entry.id);
  const pending = known?.status === "done" ? undefined : known;
  const start = (quantisation: string) =>
    downloads.start({ catalogue_id: entry.id, variant: quantisation });
  if (!variant) return null;
  return (
    <li className={styles.item}>
      <div className={styles.words}>
        <h3 className={styles.name}>
          {entry.name} <span className={styles.tag}>{sizeWords(variant)}</span>
          {isBest && <span className={styles.best}>{words.recommended}</span>}
        </h3>
        <p className={styles.description}>{entry.description}</p>
        <p className={styles.reason}>
          {reasonWords(entry)}
          {entry.fits && ` ${capital(speedWords(variant.fit))}.`}
        </p>
        <p className={styles.facts}>
          <span>{abilitiesOf(entry)}</span>
          <a href={entry.licence_url} target="_blank" rel="noopener noreferrer">
            {words.licence(entry.licence)}
          </a>
          <a href={entry.url} target="_blank" rel="noopener noreferrer">
            {words.source}
          </a>
        </p>
      </div>
      <div className={styles.deeds}>
        {pending ? (
          <DownloadDeeds download={pending} downloads={downloads} />
        ) : variant.installed ? (
          <State kind="done">{allWords.installed}</State>
        ) : (
          <Button
            icon="download"
            variant={isBest ? "primary" : "plain"}
            disabled={downloads.isBusy}
            aria-label={`${allWords.download} ${entry.name}`}
            onClick={() => start(variant.quantisation)}
          >
            {allWords.download}
          </Button>
        )}
      </div>
      {pending && (
        <div className={styles.whole}>
          <DownloadProgress download={pending} />
        </div>
      )}
      {entry.variants.length > 1 && (
        <details className={styles.whole}>
          <summary className={styles.summary}>{words.variants(entry.variants.length)}</summary>
          <VariantTable
            entry={entry}
            isBusy={downloads.isBusy || pending !== undefined}
            onDownload={start}
          />
        </details>
      )}
    </li>
  );
}

function abilitiesOf({ purpose, capabilities, context_tokens }: CatalogueEntry): string {
  const abilities = purpose === "chat" ? abilityWords(capabilities) : words.purpose[purpose];
  return `${abilities}. ${allWords.context(context_tokens)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import type { CatalogueEntry, CatalogueVariant } from "../../../shared/api/types";
import { IconButton } from "../../../shared/ui/IconButton";
import { State } from "../../../shared/ui/State";
import { size } from "../format";
import { words as allWords } from "../words";
import styles from "./VariantTable.module.css";
import { placeWords, sizeWords, speedWords, words } from "./words";

/** Every way a model can be had: how large, where it would run here, and how fast. */
export function VariantTable({
  entry,
  isBusy,
  onDownload,
}: {
  entry: CatalogueEntry;
  isBusy: boolean;
  onDownload: (quantisation: string) => void;
}) {
  return (
    <ul className={styles.list} aria-label={words.variantsOf(entry.name)}>
      {entry.variants.map((variant) => (
        <li key={variant.quantisation} className={styles.variant}>
          <span className={styles.name}>{variant.quantisation}</span>
          <span className={styles.facts}>{factsOf(variant)}</span>
          {variant.installed ? (
            <State kind="done">{allWords.installed}</State>
          ) : (
            <IconButton
              icon="download"
              label={words.download(entry.name, variant.quantisation)}
              disabled={isBusy}
              onClick={() => onDownload(variant.quantisation)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function factsOf(variant: CatalogueVariant): string {
  const facts = [
    sizeWords(variant),
    `${size(variant.memory_bytes)} of memory`,
    placeWords(variant.fit),
    variant.fit.place !== "nowhere" && speedWords(variant.fit),
  ];
  return facts.filter((fact) => fact !== false).join(" · ");
}

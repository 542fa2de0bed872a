/** The dialog "Find a model": the catalogue, the best for this machine first, and any repository of the hub. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../../../shared/ui/Dialog";
import { Field } from "../../../shared/ui/Field";
import { TryAgain } from "../../../shared/ui/TryAgain";
import { catalogueQuery } from "../queries";
import { useDownloads } from "../use-downloads";
import { words as allWords } from "../words";
import styles from "./FindModel.module.css";
import { families, findModels, recommended, type Search, type SizeBand } from "./find-models";
import { FoundModel } from "./FoundModel";
import { HubSearch } from "./HubSearch";
import { words } from "./words";

const sizeBands: readonly SizeBand[] = ["any", "small", "medium", "large"];
const everything: Search = { text: "", family: "", size: "any", fitsOnly: false };

export function FindModel({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={words.findTitle} wide>
      <Finder />
    </Dialog>
  );
}

function Finder() {
  const { data, isError, refetch } = useQuery(catalogueQuery);
  const downloads = useDownloads();
  const [search, setSearch] = useState(everything);
  const items = data?.items ?? [];
  const found = findModels(items, search);
  const best = recommended(items);
  return (
    <div className={styles.body}>
      <p className={styles.lead}>{words.findLead}</p>
      {data && !data.machine.local_engine && (
        <p className={styles.lead}>{allWords.withoutEngine}</p>
      )}
      {data?.problem && <p className={styles.lead}>{data.problem}</p>}
      <div className={styles.search}>
        <Field
          label={words.search}
          type="search"
          placeholder={words.searchHint}
          value={search.text}
          onChange={({ target }) => setSearch({ ...search, text: target.value })}
        />
        <label className={styles.choice}>
          <span>{words.family}</span>
          <select
            value={search.family}
            onChange={({ target }) => setSearch({ ...search, family: target.value })}
          >
            <option value="">{words.allFamilies}</option>
            {families(items).map((family) => (
              <option key={family}>{family}</option>
            ))}
          </select>
        </label>
        <label className={styles.choice}>
          <span>{words.size}</span>
          <select
            value={search.size}
            onChange={({ target }) =>
              setSearch({
                ...search,
                size: sizeBands.find((band) => band === target.value) ?? "any",
              })
            }
          >
            {sizeBands.map((band) => (
              <option key={band} value={band}>
                {words.sizes[band]}
              </option>
            ))}
          </select>
        </label>
        <label className={styles.fits}>
          <input
            type="checkbox"
            checked={search.fitsOnly}
            onChange={({ target }) => setSearch({ ...search, fitsOnly: target.checked })}
          />
          {words.fitsOnly}
        </label>
      </div>
      {isError && <TryAgain onTry={() => void refetch()} />}
      <ul className={styles.list}>
        {found.map((entry) => (
          <FoundModel key={entry.id} entry={entry} isBest={entry === best} downloads={downloads} />
        ))}
      </ul>
      {data && found.length === 0 && <p className={styles.lead}>{words.none}</p>}
      <HubSearch downloads={downloads} />
    </div>
  );
}

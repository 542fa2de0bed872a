/** Small open models to download; `isShort` shows a few, the best one to begin with first. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LinkButton } from "../../shared/ui/LinkButton";
import styles from "./CatalogueList.module.css";
import { CatalogueItem } from "./CatalogueItem";
import { bestToBegin, shortList } from "./catalogue-choice";
import { catalogueQuery } from "./queries";
import { TryAgain } from "../../shared/ui/TryAgain";
import { useDownloads } from "./use-downloads";
import { words } from "./words";

export interface CatalogueListProps {
  isShort?: boolean;
  /** There is no model yet: the best one to begin with is the deed of the page. */
  recommends?: boolean;
}

export function CatalogueList({ isShort = false, recommends = false }: CatalogueListProps) {
  const { data, isError, isFetching, refetch } = useQuery(catalogueQuery);
  const downloads = useDownloads();
  const [showsAll, setShowsAll] = useState(!isShort);
  if (isError) return <TryAgain onTry={() => void refetch()} />;
  if (!data) return null;
  if (!data.machine.local_engine) return <p className={styles.none}>{words.withoutEngine}</p>;
  // What makes vectors, or only code, is nothing to begin with.
  const items = data.items.filter(({ purpose }) => purpose === "chat");
  const best = bestToBegin(items);
  const isPending = (id: string) => downloads.of(id) !== undefined;
  // The list is read again when a download ends; until then, what it says of that file is old.
  const hasCome = (id: string) => isFetching && downloads.of(id)?.status === "done";
  const shown = showsAll ? items : shortList(items, best, isPending);
  return (
    <>
      <ul className={styles.list}>
        {shown.map((entry) => (
          <CatalogueItem
            key={entry.id}
            entry={entry}
            download={downloads.of(entry.id)}
            isHere={entry.installed || hasCome(entry.id)}
            isRecommended={recommends && entry === best}
            downloads={downloads}
          />
        ))}
      </ul>
      {shown.length < items.length && (
        <p className={styles.all}>
          <LinkButton onClick={() => setShowsAll(true)}>{words.showAll(items.length)}</LinkButton>
        </p>
      )}
    </>
  );
}

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { readDownload } from "../../shared/api/read-download";
import type { Download, Page } from "../../shared/api/types";
import { downloadsQuery, lookAgain } from "./queries";

export function isUnderWay({ status }: Download): boolean {
  return status === "waiting" || status === "downloading" || status === "checking";
}

function keep(client: QueryClient, download: Download): void {
  client.setQueryData<Page<Download>>(downloadsQuery.queryKey, (page) => ({
    next_cursor: null,
    items: [...(page?.items ?? []).filter(({ id }) => id !== download.id), download],
  }));
}

/** Follows every download that is under way, and looks again at the models when one ends. */
export function useDownloadEvents(downloads: readonly Download[]): void {
  const client = useQueryClient();
  const following = downloads
    .filter(isUnderWay)
    .map(({ id }) => id)
    .toSorted()
    .join(" ");

  // Synchronises with the server's event streams, one per download.
  useEffect(() => {
    const sources = following
      .split(" ")
      .filter(Boolean)
      .map((id) => {
        const source = new EventSource(`/api/models/downloads/${id}/events`);
        source.addEventListener("download", (event) => {
          const download = readDownload(event.data);
          keep(client, download);
          if (isUnderWay(download)) return;
          // The stream ends here; left open, the browser would ask for it again and again.
          source.close();
          void lookAgain(client);
        });
        return source;
      });
    return () => {
      for (const source of sources) source.close();
    };
  }, [client, following]);
}

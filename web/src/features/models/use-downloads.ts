import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Download } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { downloadsQuery, lookAgain, startDownload, stopDownload } from "./queries";
import { useDownloadEvents } from "./use-download-events";
import { failureWords } from "./words";

export interface Downloads {
  of: (catalogueId: string) => Download | undefined;
  start: (catalogueId: string) => void;
  pause: (id: string) => void;
  discard: (id: string) => void;
  isBusy: boolean;
}

function sayWhy(error: Error): void {
  const failure =
    error instanceof ApiProblem ? { code: error.code, message: error.detail } : undefined;
  showToast(failureWords(failure ?? { code: "unreachable", message: error.message }));
}

/** The downloads of this server, kept up to date while the page is open. */
export function useDownloads(): Downloads {
  const client = useQueryClient();
  const { data } = useQuery(downloadsQuery);
  const downloads = data?.items ?? [];
  useDownloadEvents(downloads);
  const onSettled = () => lookAgain(client);
  const start = useMutation({ mutationFn: startDownload, onSettled, onError: sayWhy });
  const stop = useMutation({ mutationFn: stopDownload, onSettled, onError: sayWhy });
  return {
    of: (catalogueId) => downloads.findLast((one) => one.catalogue_id === catalogueId),
    start: (catalogueId) => start.mutate(catalogueId),
    pause: (id) => stop.mutate({ id, discard: false }),
    discard: (id) => stop.mutate({ id, discard: true }),
    isBusy: start.isPending || stop.isPending,
  };
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Download } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import {
  discardDownload,
  downloadsQuery,
  lookAgain,
  pauseDownload,
  resumeDownload,
  startDownload,
  type Wish,
} from "./queries";
import { failureWords } from "./words";

export interface Downloads {
  all: readonly Download[];
  of: (catalogueId: string) => Download | undefined;
  start: (wish: Wish) => void;
  pause: (id: string) => void;
  resume: (id: string) => void;
  discard: (id: string) => void;
  isBusy: boolean;
}

/** Tells in a toast why a deed failed. */
export function sayWhy(error: Error): void {
  const failure =
    error instanceof ApiProblem ? { code: error.code, message: error.detail } : undefined;
  showToast(failureWords(failure ?? { code: "unreachable", message: error.message }));
}

/** The downloads of this server, kept up to date while the page is open. */
export function useDownloads(): Downloads {
  const client = useQueryClient();
  const { data } = useQuery(downloadsQuery);
  const downloads = data?.items ?? [];
  const onSettled = () => lookAgain(client);
  const start = useMutation({ mutationFn: startDownload, onSettled, onError: sayWhy });
  const pause = useMutation({ mutationFn: pauseDownload, onSettled, onError: sayWhy });
  const resume = useMutation({ mutationFn: resumeDownload, onSettled, onError: sayWhy });
  const discard = useMutation({ mutationFn: discardDownload, onSettled, onError: sayWhy });
  return {
    all: downloads,
    of: (catalogueId) => downloads.findLast((one) => one.catalogue_id === catalogueId),
    start: (wish) => start.mutate(wish),
    pause: (id) => pause.mutate(id),
    resume: (id) => resume.mutate(id),
    discard: (id) => discard.mutate(id),
    isBusy: [start, pause, resume, discard].some((deed) => deed.isPending),
  };
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Quantisation } from "../../../shared/api/types";
import { lookAgain } from "../queries";
import { sayWhy } from "../use-downloads";
import { quantisationsQuery, stopQuantisation } from "./queries";
import { toBeSeen } from "./smaller";

export interface SmallerJobs {
  /** Those for one model that are at work or failed. */
  of: (modelId: string) => Quantisation[];
  /** Ends one that is at work, leaving nothing of it, and puts one away that failed. */
  stop: (id: string) => void;
}

/** The models that are being stored smaller, kept up to date while the page is open. */
export function useSmaller(): SmallerJobs {
  const client = useQueryClient();
  const { data } = useQuery(quantisationsQuery);
  const jobs = data?.items ?? [];
  const finished = jobs
    .filter(({ status }) => status === "finished")
    .map(({ id }) => id)
    .join(" ");

  // Synchronises the lists with the disk: each job that ended well has put a new model there.
  useEffect(() => {
    if (finished !== "") void lookAgain(client);
  }, [client, finished]);

  const stop = useMutation({
    mutationFn: stopQuantisation,
    onError: sayWhy,
    onSettled: () => client.invalidateQueries({ queryKey: quantisationsQuery.queryKey }),
  });
  return { of: (modelId) => toBeSeen(jobs, modelId), stop: (id) => stop.mutate(id) };
}

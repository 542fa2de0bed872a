import { useQuery } from "@tanstack/react-query";
import type { ConnectionProblem } from "../../shared/api/types";
import { type Found, foundChoices } from "./found-choices";
import { connectionsQuery, modelsQuery } from "./queries";

export interface Finding {
  isLooking: boolean;
  isError: boolean;
  lookAgain: () => void;
  found: readonly Found[];
  /** Of connections and of files. */
  problems: readonly ConnectionProblem[];
  /** How many models can answer now, besides Starter. */
  modelCount: number;
  /** Whether Starter can. */
  hasStarter: boolean;
}

/** What is here already: models, and the connections they come from. */
export function useFound(): Finding {
  const models = useQuery(modelsQuery);
  const connections = useQuery(connectionsQuery);
  const items = models.data?.items ?? [];
  const problems = models.data?.problems ?? [];
  return {
    isLooking: models.isPending || connections.isPending,
    isError: models.isError,
    lookAgain: () => void models.refetch(),
    found: foundChoices(items, connections.data?.items ?? [], problems),
    problems,
    modelCount: items.filter(({ starter }) => !starter).length,
    hasStarter: items.some(({ starter }) => starter),
  };
}

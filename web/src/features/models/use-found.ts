import { useQuery } from "@tanstack/react-query";
import { type Found, foundChoices } from "./found-choices";
import { connectionsQuery, modelsQuery } from "./queries";

export interface Finding {
  isLooking: boolean;
  isError: boolean;
  lookAgain: () => void;
  found: readonly Found[];
  /** How many models can answer now. */
  modelCount: number;
}

/** What is here already: models, and the connections they come from. */
export function useFound(): Finding {
  const models = useQuery(modelsQuery);
  const connections = useQuery(connectionsQuery);
  const items = models.data?.items ?? [];
  return {
    isLooking: models.isPending || connections.isPending,
    isError: models.isError,
    lookAgain: () => void models.refetch(),
    found: foundChoices(items, connections.data?.items ?? [], models.data?.problems ?? []),
    modelCount: items.length,
  };
}

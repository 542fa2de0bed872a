import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { Status } from "../../shared/api/types";

const lookEveryMs = 2_000;
/** Two minutes of looks. */
const remembered = 60;

/** How the targets are now, and the speeds that were seen of each while somebody watched, oldest first. */
export interface Watched {
  status: Status;
  speeds: ReadonlyMap<string, readonly number[]>;
}

/** Looked at again while the page is seen; a hidden tab asks nothing. */
export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: async ({ signal, client }): Promise<Watched> => {
    const status = await api.get<Status>("/api/status", {}, signal);
    return watch(client.getQueryData<Watched>(["status"]), status);
  },
  refetchInterval: lookEveryMs,
});

export function watch(before: Watched | undefined, status: Status): Watched {
  const speeds = new Map<string, readonly number[]>();
  for (const { id, tokens_per_second } of status.targets) {
    const seen = before?.speeds.get(id) ?? [];
    speeds.set(
      id,
      tokens_per_second === null ? seen : [...seen, tokens_per_second].slice(-remembered),
    );
  }
  return { status, speeds };
}

/** Lets calls through to a target that is left alone. */
export async function askAgain(client: QueryClient, targetId: string): Promise<void> {
  const path = targetId.split("/").map(encodeURIComponent).join("/");
  await api.post(`/api/status/targets/${path}/reset`);
  await client.invalidateQueries({ queryKey: statusQuery.queryKey });
}

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type {
  Catalogue,
  Connection,
  ConnectionKind,
  ConnectionPage,
  ConnectionTest,
  Download,
  ModelList,
  Page,
} from "../../shared/api/types";

/** Every model that can be asked now, and the connections that could not be. */
export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => api.get<ModelList>("/api/models", {}, signal),
});

export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: ({ signal }) => api.get<ConnectionPage>("/api/connections", {}, signal),
});

/** Small open models that can be downloaded, and what this machine can carry. */
export const catalogueQuery = queryOptions({
  queryKey: ["catalogue"],
  queryFn: ({ signal }) => api.get<Catalogue>("/api/models/catalogue", {}, signal),
});

const often = 1_000;

export function isUnderWay({ status }: Download): boolean {
  return status === "waiting" || status === "downloading" || status === "checking";
}

/**
 * What is on its way. Asked often while something is: a browser has six connections to a server for all its tabs,
 * and a stream for each download would soon leave none for anything else.
 */
export const downloadsQuery = queryOptions({
  queryKey: ["downloads"],
  queryFn: async ({ client, signal }) => {
    const now = await api.get<Page<Download>>("/api/models/downloads", {}, signal);
    const before = client.getQueryData<Page<Download>>(["downloads"]);
    if (before && hasEnded(before.items, now.items)) void lookAtFiles(client);
    return now;
  },
  refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? often : false),
});

function hasEnded(before: readonly Download[], now: readonly Download[]): boolean {
  const left = new Set(now.filter(isUnderWay).map(({ id }) => id));
  return before.some((one) => isUnderWay(one) && !left.has(one.id));
}

/** Asks a connection now whether it answers. */
export function connectionTestQuery(id: string) {
  return queryOptions({
    queryKey: ["connection-test", id],
    queryFn: () => api.post<ConnectionTest>(`/api/connections/${id}/test`),
    retry: false,
    staleTime: 5 * 60_000,
  });
}

/** The kinds of servers that can be connected, with what is known of each. They change with the server only. */
export const connectionKindsQuery = queryOptions({
  queryKey: ["connection-kinds"],
  queryFn: ({ signal }) => api.get<Page<ConnectionKind>>("/api/connection-kinds", {}, signal),
  staleTime: Infinity,
});

export interface ConnectionDraft {
  kind: ConnectionKind["id"];
  name?: string;
  base_url: string;
  key?: string;
  models?: string[];
  own?: boolean;
}

/** Only what is named changes; null takes back. */
export interface ConnectionChange {
  name?: string;
  base_url?: string;
  key?: string | null;
  models?: string[] | null;
  private_addresses?: boolean;
  unmarked_end?: boolean;
}

export function addConnection(draft: ConnectionDraft): Promise<Connection> {
  return api.post<Connection>("/api/connections", draft);
}

export function changeConnection(id: string, change: ConnectionChange): Promise<Connection> {
  return api.patch<Connection>(`/api/connections/${id}`, change);
}

export function deleteConnection(id: string): Promise<void> {
  return api.delete(`/api/connections/${id}`);
}

/** A model of the catalogue, in the variant that suits the machine where none is named; or one of the hub. */
export type Wish = { catalogue_id: string; variant?: string } | { repo: string; name: string };

export function startDownload(wish: Wish): Promise<Download> {
  return api.post<Download>("/api/models/downloads", wish);
}

export function pauseDownload(id: string): Promise<Download> {
  return api.post<Download>(`/api/models/downloads/${id}/pause`);
}

export function resumeDownload(id: string): Promise<Download> {
  return api.post<Download>(`/api/models/downloads/${id}/resume`);
}

/** Gives a download up: what came is deleted. */
export function discardDownload(id: string): Promise<void> {
  return api.delete(`/api/models/downloads/${id}`, { discard: true });
}

/** Asks every connection again, not what the server remembers. */
export async function refreshModels(client: QueryClient): Promise<void> {
  const fresh = await api.get<ModelList>("/api/models", { refresh: true });
  client.setQueryData(modelsQuery.queryKey, fresh);
}

/** Looks again at what depends on connections and files. */
export async function lookAgain(client: QueryClient): Promise<void> {
  await Promise.all(
    [connectionsQuery, downloadsQuery].map(({ queryKey }) =>
      client.invalidateQueries({ queryKey }),
    ),
  );
  await lookAtFiles(client);
}

/** Looks again at what lies on this machine. */
async function lookAtFiles(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: catalogueQuery.queryKey });
  await client.invalidateQueries({ queryKey: modelsQuery.queryKey });
}

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type {
  Catalogue,
  Connection,
  ConnectionKind,
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
  queryFn: ({ signal }) => api.get<Page<Connection>>("/api/connections", {}, signal),
});

/** Small open models that can be downloaded, and what this machine can carry. */
export const catalogueQuery = queryOptions({
  queryKey: ["catalogue"],
  queryFn: ({ signal }) => api.get<Catalogue>("/api/models/catalogue", {}, signal),
});

export const downloadsQuery = queryOptions({
  queryKey: ["downloads"],
  queryFn: ({ signal }) => api.get<Page<Download>>("/api/models/downloads", {}, signal),
});

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
}

/** Only what is named changes; null takes back. */
export interface ConnectionChange {
  name?: string;
  base_url?: string;
  key?: string | null;
  models?: string[] | null;
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

export function startDownload(catalogueId: string): Promise<Download> {
  return api.post<Download>("/api/models/downloads", { catalogue_id: catalogueId });
}

/** Stops a download. What came is kept for going on later, unless it is discarded. */
export function stopDownload({ id, discard }: { id: string; discard: boolean }): Promise<void> {
  return api.delete(`/api/models/downloads/${id}`, discard ? { discard } : {});
}

/** Asks every connection again, not what the server remembers. */
export async function refreshModels(client: QueryClient): Promise<void> {
  const fresh = await api.get<ModelList>("/api/models", { refresh: true });
  client.setQueryData(modelsQuery.queryKey, fresh);
}

/** Looks again at what depends on connections and files. */
export async function lookAgain(client: QueryClient): Promise<void> {
  await Promise.all(
    [connectionsQuery, catalogueQuery, downloadsQuery].map(({ queryKey }) =>
      client.invalidateQueries({ queryKey }),
    ),
  );
  await client.invalidateQueries({ queryKey: modelsQuery.queryKey });
}

import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { Batch, BatchPage, BatchPreview, BatchRowPage } from "../../shared/api/types";
import type { Watched } from "../../shared/api/upload";
import type { Writing } from "./writing";

/** While rows are asked, the numbers move about so often. A hidden page does not look. */
const lookEveryMs = 1_000;

export type RowFilter = "all" | "waiting" | "done" | "failed";

export const batchesQuery = infiniteQueryOptions({
  queryKey: ["batches"],
  queryFn: ({ pageParam, signal }) =>
    api.get<BatchPage>("/api/batches", { cursor: pageParam }, signal),
  initialPageParam: firstPage(),
  getNextPageParam: (page) => page.next_cursor,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ items }) => items.some(isBusy)) ? lookEveryMs : false,
});

export function batchQuery(id: string) {
  return queryOptions({
    queryKey: ["batch", id],
    queryFn: ({ signal }) => api.get<Batch>(`/api/batches/${id}`, {}, signal),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? lookEveryMs : false),
  });
}

export function previewQuery(id: string) {
  return queryOptions({
    queryKey: ["batch-preview", id],
    queryFn: ({ signal }) => api.get<BatchPreview>(`/api/batches/${id}/preview`, {}, signal),
    staleTime: 0,
  });
}

/** Rows of one job, read again while it runs, and once more when it has ended. */
export function rowsQuery(batch: Batch, filter: RowFilter) {
  return infiniteQueryOptions({
    // What ended between the last look and the end of the job is seen too.
    queryKey: ["batch-rows", batch.id, filter, isBusy(batch)],
    queryFn: ({ pageParam, signal }) =>
      api.get<BatchRowPage>(
        `/api/batches/${batch.id}/rows`,
        { cursor: pageParam, limit: 50, ...(filter !== "all" && { status: filter }) },
        signal,
      ),
    initialPageParam: firstRow(),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: isBusy(batch) ? 2 * lookEveryMs : false,
  });
}

export async function uploadFile(
  file: File,
  contentType: string,
  watched: Watched,
): Promise<Batch> {
  const name = file.name.replace(/\.[^.]*$/, "").slice(0, 200) || file.name.slice(0, 200);
  return api.upload<Batch>("/api/batches", { name }, file, contentType, watched);
}

export interface Instructions extends Writing {
  model: string;
  template: string;
  system: string | null;
}

export function instruct(id: string, instructions: Instructions): Promise<Batch> {
  return api.patch<Batch>(`/api/batches/${id}`, { instructions });
}

export type Deed = "start" | "pause" | "resume" | "cancel" | "retry-failed";

export function act(id: string, deed: Deed): Promise<Batch> {
  return api.post<Batch>(`/api/batches/${id}/${deed}`);
}

export function deleteBatch(id: string): Promise<void> {
  return api.delete(`/api/batches/${id}`);
}

export function resultsAddress(id: string, format: "csv" | "jsonl"): string {
  return `/api/batches/${id}/results?format=${format}`;
}

/** Puts what the server answered where everybody reads it, and looks again at what follows from it. */
export async function changed(client: QueryClient, batch: Batch): Promise<void> {
  client.setQueryData(batchQuery(batch.id).queryKey, batch);
  await Promise.all([
    client.invalidateQueries({ queryKey: batchesQuery.queryKey }),
    client.invalidateQueries({ queryKey: ["batch-rows", batch.id] }),
  ]);
}

/** Numbers may still move: it runs, or it was paused a moment ago and rows on their way come in. */
function isBusy({ state, row_count, done_count, failed_count }: Batch): boolean {
  return state === "running" || (state === "paused" && done_count + failed_count < row_count);
}

function firstPage(): string | null {
  return null;
}

function firstRow(): number | null {
  return null;
}

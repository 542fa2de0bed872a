import { infiniteQueryOptions, keepPreviousData, type QueryClient } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { AuditPage, Verdict } from "../../shared/api/types";
import { type AuditFilters, queryOf } from "./filters";

const all = ["audit"] as const;

/** The newest first. Looked at again when somebody comes back to it, and not meanwhile: a reader keeps the place. */
export function auditQuery(filters: AuditFilters) {
  return infiniteQueryOptions({
    queryKey: [...all, queryOf(filters)],
    queryFn: ({ pageParam, signal }) =>
      api.get<AuditPage>("/api/audit", { ...queryOf(filters), cursor: pageParam }, signal),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function exportAddress(filters: AuditFilters): string {
  const query = new URLSearchParams(queryOf(filters));
  return query.size > 0 ? `/api/audit/export?${query}` : "/api/audit/export";
}

/** Looks at every row on the server; the page then shows what was found. */
export async function verify(client: QueryClient): Promise<Verdict> {
  const verdict = await api.post<Verdict>("/api/audit/verify");
  await client.invalidateQueries({ queryKey: all });
  return verdict;
}

function firstPage(): number | null {
  return null;
}

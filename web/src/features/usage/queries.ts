import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { RatingPage, SessionPage, SpeedPage, UsagePage } from "../../shared/api/types";

export const groupings = ["model", "door", "key", "person", "group", "target", "variant"] as const;
export type Grouping = (typeof groupings)[number];

const days = { week: 6, month: 29, quarter: 89, year: 364 } as const;
export type SpanName = keyof typeof days;
export const spanNames = [
  "week",
  "month",
  "quarter",
  "year",
] as const satisfies readonly SpanName[];

export interface Wanted {
  span: SpanName;
  everybody: boolean;
}

/** When a span that ends now began: at midnight in UTC, as the server's days do. */
export function sinceOf(span: SpanName, now: Date): string {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return new Date(today - days[span] * 86_400_000).toISOString();
}

export function usageQuery(wanted: Wanted, by: Grouping | "day") {
  return queryOptions({
    queryKey: ["usage", wanted, by],
    queryFn: ({ signal }) => api.get<UsagePage>("/api/usage", { ...paramsOf(wanted), by }, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

export function speedsQuery(wanted: Wanted) {
  return queryOptions({
    queryKey: ["usage", "speeds", wanted.span],
    queryFn: ({ signal }) =>
      api.get<SpeedPage>("/api/usage/speeds", { ...paramsOf(wanted), by: "model" }, signal),
    placeholderData: keepPreviousData,
  });
}

export function sessionsQuery(wanted: Wanted) {
  return queryOptions({
    queryKey: ["usage", "sessions", wanted],
    queryFn: ({ signal }) => api.get<SessionPage>("/api/usage/sessions", paramsOf(wanted), signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

export const ratedBys = ["model", "target", "variant"] as const satisfies readonly Grouping[];
export type RatedBy = (typeof ratedBys)[number];

export function ratingsQuery(wanted: Wanted, by: RatedBy) {
  return queryOptions({
    queryKey: ["usage", "ratings", wanted, by],
    queryFn: ({ signal }) =>
      api.get<RatingPage>("/api/usage/ratings", { ...paramsOf(wanted), by }, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

/** Calls, or what people thought of the answers. */
export type Exported = "calls" | "ratings";

export function exportAddress(what: Exported, wanted: Wanted, form: "csv" | "jsonl"): string {
  const address = what === "calls" ? "/api/usage/export" : "/api/usage/ratings/export";
  return `${address}?${new URLSearchParams({ ...paramsOf(wanted), form })}`;
}

function paramsOf({ span, everybody }: Wanted): Record<string, string> {
  return { since: sinceOf(span, new Date()), ...(everybody && { everybody: "true" }) };
}

import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type {
  KeyChange,
  KeyDraft,
  KeyPage,
  MadeKey,
  Person,
  ProgramKey,
} from "../../shared/api/types";

/** Whose keys are looked at: one's own, those of an account, or everybody's. */
export type Whose = { account: string } | "mine" | "everybodys";

/** Keys, newest first, as many as were asked for so far. */
export function keysQuery(whose: Whose) {
  return infiniteQueryOptions({
    queryKey: ["keys", whose],
    queryFn: ({ pageParam, signal }) =>
      api.get<KeyPage>(
        "/api/keys",
        {
          user_id: typeof whose === "object" ? whose.account : null,
          everybodys: whose === "everybodys" ? "true" : null,
          cursor: pageParam || null,
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

/** The account whose keys are looked at. */
export function accountQuery(id: string) {
  return queryOptions({
    queryKey: ["people", id],
    queryFn: ({ signal }) => api.get<Person>(`/api/people/${id}`, {}, signal),
  });
}

export const makeKey = (draft: KeyDraft) => api.post<MadeKey>("/api/keys", draft);
export const changeKey = (id: string, change: KeyChange) =>
  api.patch<ProgramKey>(`/api/keys/${id}`, change);
export const rotateKey = (id: string, overlap_seconds: number, replaces: string) =>
  api.post<MadeKey>(`/api/keys/${id}/rotate`, { overlap_seconds, replaces });
export const revokeKey = (id: string) => api.delete(`/api/keys/${id}`);

export function lookAgain(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: ["keys"] });
}

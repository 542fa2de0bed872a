import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { Budget, BudgetChange, BudgetDraft, BudgetPage } from "../../shared/api/types";

/** All of them, for whoever sets them. */
export const budgetsQuery = queryOptions({
  queryKey: ["budgets", "all"],
  queryFn: ({ signal }) => api.get<BudgetPage>("/api/budgets", {}, signal),
});

/** Those that one pays into. */
export const ownBudgetsQuery = queryOptions({
  queryKey: ["budgets", "mine"],
  queryFn: ({ signal }) => api.get<BudgetPage>("/api/budgets/mine", {}, signal),
});

export const makeBudget = (draft: BudgetDraft) => api.post<Budget>("/api/budgets", draft);
export const changeBudget = (id: string, change: BudgetChange) =>
  api.patch<Budget>(`/api/budgets/${id}`, change);
export const deleteBudget = (id: string) => api.delete(`/api/budgets/${id}`);

export function lookAgain(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: ["budgets"] });
}

/** Whom a budget may be for, by what people call them. */
export function subjectsQuery(scope: Budget["scope"]) {
  return queryOptions({
    queryKey: ["budgets", "subjects", scope],
    queryFn: async ({ signal }): Promise<{ id: string; name: string }[]> => {
      const address = addresses[scope];
      if (address === null) return [];
      const { items } = await api.get<{ items: { id: string; name: string }[] }>(
        address,
        scope === "key" ? { everybodys: "true" } : {},
        signal,
      );
      return items.map(({ id, name }) => ({ id, name }));
    },
    staleTime: 30_000,
  });
}

const addresses: Record<Budget["scope"], string | null> = {
  organisation: null,
  group: "/api/groups",
  person: "/api/people",
  key: "/api/keys",
  model: "/api/models",
};

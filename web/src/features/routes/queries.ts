import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { ModelRoute, Page, RouteChange, RouteDraft } from "../../shared/api/types";

/** Every route, those of `arcano.toml` first. */
export const routesQuery = queryOptions({
  queryKey: ["routes"],
  queryFn: ({ signal }) => api.get<Page<ModelRoute>>("/api/routes", {}, signal),
});

export function addRoute(draft: RouteDraft): Promise<ModelRoute> {
  return api.post<ModelRoute>("/api/routes", draft);
}

export function changeRoute(id: string, change: RouteChange): Promise<ModelRoute> {
  return api.put<ModelRoute>(`/api/routes/${id}`, change);
}

export function deleteRoute({ id, version }: ModelRoute): Promise<void> {
  return api.delete(`/api/routes/${id}`, { version });
}

/** Looks again at the routes, and at what depends on them: the list of models, and how targets are doing. */
export async function lookAgain(client: QueryClient): Promise<void> {
  await Promise.all(
    [routesQuery.queryKey, ["models"], ["status"]].map((queryKey) =>
      client.invalidateQueries({ queryKey }),
    ),
  );
}

/** What a route would have to be sent as, to be made again. */
export function draftOf(route: ModelRoute): RouteDraft {
  const { name, targets, fallback, timeouts } = route;
  return { name, targets: targets.map(({ state: _, ...target }) => target), fallback, timeouts };
}

/** Examples for tests. */
import type { ModelName, ModelRoute, RouteTarget } from "../../shared/api/types";

export function aTarget(more: Partial<RouteTarget> = {}): RouteTarget {
  const model = more.model ?? "llama";
  return {
    model,
    id: model,
    rank: null,
    variant: null,
    weight: 1,
    running: null,
    waiting: null,
    max_input_tokens: null,
    images: true,
    tools: true,
    timeouts: null,
    micro_batch: null,
    completes: false,
    state: "known",
    ...more,
  };
}

export function aRoute(more: Partial<ModelRoute> = {}): ModelRoute {
  return {
    id: "r1",
    name: "smart",
    source: "person",
    version: 3,
    targets: [aTarget(), aTarget({ model: "gpt" })],
    fallback: { failure: true, overload: true, context_too_long: true, refusal: false },
    timeouts: { first_token: 300, idle: 120, loading: 900 },
    problem: null,
    created_at: "2026-11-21T09:30:00Z",
    changed_at: "2026-11-21T09:30:00Z",
    ...more,
  };
}

export function someModels(): ModelName[] {
  return ["llama", "gpt", "mistral"].map((name) => ({ id: name, name, connection_name: "rack" }));
}

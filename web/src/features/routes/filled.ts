/** What somebody has entered about a route: text as it was typed, until it is sent. Pure. */
import type { ModelRoute, RouteDraft } from "../../shared/api/types";

export type How = "in-turn" | "shared" | "compared" | "custom";

export interface FilledTarget {
  /** Tells rows apart while they are moved about. */
  key: string;
  model: string;
  id: string;
  rank: string;
  variant: string;
  weight: string;
  running: string;
  waiting: string;
  maxInput: string;
  images: boolean;
  tools: boolean;
  /** What the form does not ask about, and hands on as it was. */
  rest: Pick<RouteDraft["targets"][number], "timeouts" | "micro_batch">;
}

export interface Filled {
  name: string;
  how: How;
  targets: readonly FilledTarget[];
  fallback: ModelRoute["fallback"];
  timeouts: { first_token: string; idle: string; loading: string };
}

let keys = 0;

export function blankTarget(model = ""): FilledTarget {
  keys += 1;
  return {
    key: `target-${keys}`,
    model,
    id: "",
    rank: "0",
    variant: "",
    weight: "1",
    running: "",
    waiting: "",
    maxInput: "",
    images: true,
    tools: true,
    rest: {},
  };
}

/** Two models to choose, because one alone needs no route. */
export function blank(): Filled {
  return {
    name: "",
    how: "in-turn",
    targets: [blankTarget(), blankTarget()],
    fallback: { failure: true, overload: true, context_too_long: true, refusal: false },
    timeouts: { first_token: "300", idle: "120", loading: "900" },
  };
}

export function filledFrom(route: ModelRoute): Filled {
  const { first_token, idle, loading } = route.timeouts;
  return {
    name: route.name,
    how: howOf(route),
    targets: route.targets.map((target) => ({
      ...blankTarget(target.model),
      id: target.id === target.model ? "" : target.id,
      rank: String(target.rank ?? 0),
      variant: target.variant ?? "",
      weight: String(target.weight),
      running: text(target.running),
      waiting: text(target.waiting),
      maxInput: text(target.max_input_tokens),
      images: target.images,
      tools: target.tools,
      rest: { timeouts: target.timeouts, micro_batch: target.micro_batch },
    })),
    fallback: route.fallback,
    timeouts: {
      first_token: String(first_token),
      idle: String(idle),
      loading: String(loading),
    },
  };
}

/** How its targets are asked: by their order, as equals, as the arms of a comparison, or by ranks of their own. */
export function howOf({ targets }: Pick<ModelRoute, "targets">): How {
  const ranks = new Set(targets.map(({ rank }) => rank));
  if (ranks.has(null)) return "in-turn";
  if (ranks.size > 1) return "custom";
  const variants = targets.map(({ variant }) => variant);
  if (variants.every((variant) => variant === null)) return "shared";
  return variants.every((variant) => variant !== null) ? "compared" : "custom";
}

/** The same list with one thing at another place. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  const others = items.toSpliced(from, 1);
  return others.toSpliced(to, 0, item);
}

export type Fault = "name" | `${string}:${"model" | NumberName}` | keyof Filled["timeouts"];
type NumberName = "rank" | "weight" | "running" | "waiting" | "maxInput";

/** Which fields cannot be sent as they are. */
export function faultsOf(filled: Filled): ReadonlySet<Fault> {
  const faults = new Set<Fault>();
  if (filled.name.trim() === "") faults.add("name");
  for (const target of filled.targets) {
    if (target.model === "") faults.add(`${target.key}:model`);
    for (const name of ["running", "waiting", "maxInput"] as const) {
      const least = name === "waiting" ? 0 : 1;
      if (target[name].trim() !== "" && !isWhole(target[name], least)) {
        faults.add(`${target.key}:${name}`);
      }
    }
    if (weighs(filled.how) && !(Number(target.weight) > 0)) faults.add(`${target.key}:weight`);
    if (filled.how === "custom" && !isWhole(target.rank, 0)) faults.add(`${target.key}:rank`);
  }
  for (const name of ["first_token", "idle", "loading"] as const) {
    const seconds = Number(filled.timeouts[name]);
    if (!(seconds > 0 && seconds <= 86_400)) faults.add(name);
  }
  return faults;
}

/** The route as it is sent. Of a comparison each target without a name of its own is an arm by itself. */
export function draftFrom(filled: Filled): RouteDraft {
  const { how } = filled;
  return {
    name: filled.name.trim(),
    targets: filled.targets.map((target) => ({
      ...target.rest,
      model: target.model,
      id: target.id.trim() || null,
      rank: rankFor(how, target),
      variant: variantFor(how, target),
      weight: weighs(how) ? Number(target.weight) : 1,
      running: number(target.running),
      waiting: number(target.waiting),
      max_input_tokens: number(target.maxInput),
      images: target.images,
      tools: target.tools,
    })),
    fallback: filled.fallback,
    timeouts: {
      first_token: Number(filled.timeouts.first_token),
      idle: Number(filled.timeouts.idle),
      loading: Number(filled.timeouts.loading),
    },
  };
}

/** Whether a weight means anything when they are asked so. */
export function weighs(how: How): boolean {
  return how !== "in-turn";
}

function rankFor(how: How, { rank }: FilledTarget): number | null {
  if (how === "in-turn") return null;
  return how === "custom" ? Number(rank) : 0;
}

function variantFor(how: How, { variant, id, model }: FilledTarget): string | null {
  if (how === "compared") return variant.trim() || id.trim() || model;
  return how === "custom" ? variant.trim() || null : null;
}

function isWhole(typed: string, least: number): boolean {
  return /^\s*\d+\s*$/.test(typed) && Number(typed) >= least;
}

function number(typed: string): number | null {
  return typed.trim() === "" ? null : Number(typed);
}

function text(value: number | null): string {
  return value === null ? "" : String(value);
}

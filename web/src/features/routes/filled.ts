/** What somebody has entered about a route: text as it was typed, until it is sent. Pure. */
import type { ModelRoute, RouteDraft, RouteTarget } from "../../shared/api/types";

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
  /** It goes on with a bare text. */
  completes: boolean;
  /** Each left empty: as the route. */
  timeouts: Filled["timeouts"];
  /** Both left empty: as the server is set. */
  batchSize: string;
  /** In milliseconds. */
  batchWait: string;
  /** What the form does not ask about, and hands on as it was. */
  batchCharacters: number;
}

export interface Filled {
  name: string;
  how: How;
  targets: readonly FilledTarget[];
  fallback: ModelRoute["fallback"];
  timeouts: { first_token: string; idle: string; loading: string };
}

const kinds = ["first_token", "idle", "loading"] as const;
const longestSeconds = 86_400;
const largestBatch = 2048;
const longestBatchWait = 10_000;
/** What the server takes where nothing is said. */
const usualBatchCharacters = 200_000;

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
    completes: false,
    timeouts: { first_token: "", idle: "", loading: "" },
    batchSize: "",
    batchWait: "",
    batchCharacters: usualBatchCharacters,
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
      completes: target.completes,
      timeouts: ownTimeouts(target, route),
      batchSize: text(target.micro_batch?.batch_size ?? null),
      batchWait: text(milliseconds(target.micro_batch?.max_wait)),
      batchCharacters: target.micro_batch?.batch_characters ?? usualBatchCharacters,
    })),
    fallback: route.fallback,
    timeouts: forEach((kind) => String(route.timeouts[kind])),
  };
}

/** What of its patience is its own: only where it differs is there something to say. */
function ownTimeouts(
  { timeouts }: Pick<RouteTarget, "timeouts">,
  route: Pick<ModelRoute, "timeouts">,
): Filled["timeouts"] {
  return forEach((kind) => {
    const seconds = timeouts?.[kind] ?? route.timeouts[kind];
    return seconds === route.timeouts[kind] ? "" : String(seconds);
  });
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

type Kind = keyof Filled["timeouts"];
type NumberName = "rank" | "weight" | "running" | "waiting" | "maxInput";
type BatchName = "batchSize" | "batchWait";
export type Fault = "name" | Kind | `${string}:${"model" | NumberName | BatchName | Kind}`;

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
    for (const name of [...patienceFaults(target), ...batchFaults(target)]) {
      faults.add(`${target.key}:${name}`);
    }
    if (weighs(filled.how) && !(Number(target.weight) > 0)) faults.add(`${target.key}:weight`);
    if (filled.how === "custom" && !isWhole(target.rank, 0)) faults.add(`${target.key}:rank`);
  }
  for (const kind of kinds) if (!isPatience(filled.timeouts[kind])) faults.add(kind);
  return faults;
}

function patienceFaults({ timeouts }: FilledTarget): Kind[] {
  return kinds.filter((kind) => timeouts[kind].trim() !== "" && !isPatience(timeouts[kind]));
}

/** One of the two without the other says too little: the server would fill it from elsewhere. */
function batchFaults({ batchSize, batchWait }: FilledTarget): BatchName[] {
  if (batchSize.trim() === "" && batchWait.trim() === "") return [];
  const faults: BatchName[] = [];
  if (!isWhole(batchSize, 1, largestBatch)) faults.push("batchSize");
  if (!isWhole(batchWait, 0, longestBatchWait)) faults.push("batchWait");
  return faults;
}

/** The route as it is sent. Of a comparison each target without a name of its own is an arm by itself. */
export function draftFrom(filled: Filled): RouteDraft {
  const { how } = filled;
  return {
    name: filled.name.trim(),
    targets: filled.targets.map((target) => ({
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
      completes: target.completes,
      timeouts: timeoutsFor(target, filled),
      micro_batch: microBatchFor(target),
    })),
    fallback: filled.fallback,
    timeouts: forEach((kind) => Number(filled.timeouts[kind])),
  };
}

/** Whether a weight means anything when they are asked so. */
export function weighs(how: How): boolean {
  return how !== "in-turn";
}

/** None where all are left to the route; else each, because what is left out is not the route's but the server's. */
function timeoutsFor(target: FilledTarget, route: Filled): Record<Kind, number> | null {
  if (kinds.every((kind) => target.timeouts[kind].trim() === "")) return null;
  return forEach((kind) => Number(target.timeouts[kind].trim() || route.timeouts[kind]));
}

function microBatchFor(target: FilledTarget): RouteTarget["micro_batch"] {
  const { batchSize, batchWait, batchCharacters } = target;
  if (batchSize.trim() === "") return null;
  return {
    batch_size: Number(batchSize),
    max_wait: Number(batchWait) / 1000,
    batch_characters: batchCharacters,
  };
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1000);
}

function forEach<Value>(valueOf: (kind: Kind) => Value): Record<Kind, Value> {
  return {
    first_token: valueOf("first_token"),
    idle: valueOf("idle"),
    loading: valueOf("loading"),
  };
}

function isPatience(typed: string): boolean {
  const seconds = Number(typed);
  return seconds > 0 && seconds <= longestSeconds;
}

function rankFor(how: How, { rank }: FilledTarget): number | null {
  if (how === "in-turn") return null;
  return how === "custom" ? Number(rank) : 0;
}

function variantFor(how: How, { variant, id, model }: FilledTarget): string | null {
  if (how === "compared") return variant.trim() || id.trim() || model;
  return how === "custom" ? variant.trim() || null : null;
}

function isWhole(typed: string, least: number, most = Infinity): boolean {
  return /^\s*\d+\s*$/.test(typed) && Number(typed) >= least && Number(typed) <= most;
}

function number(typed: string): number | null {
  return typed.trim() === "" ? null : Number(typed);
}

function text(value: number | null): string {
  return value === null ? "" : String(value);
}

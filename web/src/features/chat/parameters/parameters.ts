/** How the next answers are written. What is left out is the model's own choice. */
import type { CacheRule, ParametersDraft } from "../../../shared/api/types";

export type Effort = NonNullable<ParametersDraft["reasoning_effort"]>;

export interface Parameters {
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  stop?: string[];
  seed?: number;
  reasoning_effort?: Effort;
  json_schema?: JsonSchema;
}

/** The shape of an answer. That it is a schema the server says; here it is an object of JSON. */
export type JsonSchema = Record<string, unknown>;

type NumberName = "temperature" | "top_p" | "max_tokens" | "seed";

/** What the server takes; a seed of 32 bits is one that every engine takes. */
export const bounds: Record<NumberName, { min: number; max: number; isWhole: boolean }> = {
  temperature: { min: 0, max: 2, isWhole: false },
  top_p: { min: 0, max: 1, isWhole: false },
  max_tokens: { min: 1, max: 1_000_000, isWhole: true },
  seed: { min: 0, max: 4_294_967_295, isWhole: true },
};
export const efforts: readonly Effort[] = ["none", "low", "medium", "high"];
const mostStops = 16;
const longestStop = 200;
const longestSchema = 65_536;

export const ownChoice: Parameters = {};

/** Nothing when it is out of what the server takes, or not a number at all. */
function numberOf(name: NumberName, value: unknown): number | undefined {
  const { min, max, isWhole } = bounds[name];
  const isTaken = typeof value === "number" && value >= min && value <= max;
  return isTaken && (!isWhole || Number.isInteger(value)) ? value : undefined;
}

/** A number as it was typed; what is too large becomes the largest there is. */
export function typedNumber(name: NumberName, text: string): number | undefined {
  const digits = text.replaceAll(/\D/g, "");
  return digits === "" ? undefined : numberOf(name, Math.min(Number(digits), bounds[name].max));
}

/** One for each line. Spaces belong to them: a model may be told to stop at one. */
export function typedStops(text: string): string[] | undefined {
  return stopsOf(text.split("\n"));
}

function stopsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const stops = value
    .filter((stop): stop is string => typeof stop === "string" && stop !== "")
    .map((stop) => stop.slice(0, longestStop));
  return stops.length > 0 ? [...new Set(stops)].slice(0, mostStops) : undefined;
}

/** A schema as it was typed; nothing while it describes no object. */
export function typedSchema(text: string): JsonSchema | undefined {
  if (text.trim() === "" || text.length > longestSchema) return undefined;
  try {
    return schemaOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function schemaOf(value: unknown): JsonSchema | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const schema: JsonSchema = Object.fromEntries(Object.entries(value));
  return schema.type === "object" ? schema : undefined;
}

/** What of anything at all can be sent: what a browser remembered may be old, or somebody's joke. */
export function asParameters(value: unknown): Parameters {
  if (typeof value !== "object" || value === null) return ownChoice;
  const given = new Map<string, unknown>(Object.entries(value));
  const numbers = (name: NumberName) => numberOf(name, given.get(name));
  return only({
    temperature: numbers("temperature"),
    top_p: numbers("top_p"),
    max_tokens: numbers("max_tokens"),
    stop: stopsOf(given.get("stop")),
    seed: numbers("seed"),
    reasoning_effort: efforts.find((effort) => effort === given.get("reasoning_effort")),
    json_schema: schemaOf(given.get("json_schema")),
  });
}

type Loose = { [Name in keyof Parameters]?: Parameters[Name] | undefined };

/** Without what is undefined: a change that says undefined gives the choice back to the model. */
export function only(loose: Loose): Parameters {
  const { temperature, top_p, max_tokens, stop, seed, reasoning_effort, json_schema } = loose;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { top_p }),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(stop !== undefined && { stop }),
    ...(seed !== undefined && { seed }),
    ...(reasoning_effort !== undefined && { reasoning_effort }),
    ...(json_schema !== undefined && { json_schema }),
  };
}

export function areSame(one: Parameters, other: Parameters): boolean {
  return JSON.stringify(only(one)) === JSON.stringify(only(other));
}

/** Whether an answer written so may come from those the server keeps. */
export function mayBeKept(answers: CacheRule["answers"], parameters: Parameters): boolean {
  if (answers === "deterministic")
    return parameters.temperature === 0 || parameters.seed !== undefined;
  return answers === "all";
}

export function isOwnChoice(parameters: Parameters): boolean {
  return areSame(parameters, ownChoice);
}

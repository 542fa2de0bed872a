/** What of the parameters a model takes. The rest stays set, for a model that does, and is not sent. */
import type { Model } from "../../../shared/api/types";
import { only, type Parameters } from "./parameters";

export type Takes = Model["takes"];
export type ParameterName = keyof Parameters;

type Range = Takes["temperature"];

function within(range: Range, value: number | undefined): number | undefined {
  if (value === undefined || range === null || value < range.least) return undefined;
  return range.most === null ? value : Math.min(value, range.most);
}

/** As this model can be told; all of it where nothing is known of the model. */
export function takenBy(takes: Takes | undefined, parameters: Parameters): Parameters {
  if (takes === undefined) return parameters;
  const { temperature, top_p, max_tokens, stop, seed, reasoning_effort, json_schema } = parameters;
  const takesEffort =
    reasoning_effort !== undefined && takes.reasoning_efforts.includes(reasoning_effort);
  return only({
    temperature: within(takes.temperature, temperature),
    top_p: within(takes.top_p, top_p),
    max_tokens: within(takes.max_tokens, max_tokens),
    stop: takes.stop > 0 ? stop?.slice(0, takes.stop) : undefined,
    seed: takes.seed ? seed : undefined,
    reasoning_effort: takesEffort ? reasoning_effort : undefined,
    json_schema: takes.json_schema ? json_schema : undefined,
  });
}

const names: readonly ParameterName[] = [
  "temperature",
  "top_p",
  "max_tokens",
  "stop",
  "seed",
  "reasoning_effort",
  "json_schema",
];

/** What is set and not sent to this model. */
export function leftOutBy(takes: Takes | undefined, parameters: Parameters): ParameterName[] {
  const taken = takenBy(takes, parameters);
  return names.filter((name) => parameters[name] !== undefined && taken[name] === undefined);
}

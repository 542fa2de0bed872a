/** The models of the picker: searched, and grouped by where they come from. */
import type { ConnectionProblem, Model } from "../../shared/api/types";

export interface PickerGroup {
  id: string;
  name: string;
  where: Model["where"];
  models: readonly Model[];
}

function fits(model: Model, wanted: readonly string[]): boolean {
  const text = [model.name, model.connection_name, ...model.capabilities].join(" ").toLowerCase();
  return wanted.every((word) => text.includes(word));
}

/** Groups in the order of the list, this machine first; every typed word must be found somewhere in a model. */
export function pickerGroups(models: readonly Model[], typed: string): PickerGroup[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Model[]>();
  for (const model of models) {
    if (!fits(model, wanted)) continue;
    const key = model.connection_id ?? "";
    groups.set(key, [...(groups.get(key) ?? []), model]);
  }
  return [...groups]
    .flatMap(([id, members]) => {
      const [first] = members;
      return first
        ? [{ id, name: first.connection_name, where: first.where, models: members }]
        : [];
    })
    .toSorted((one, other) => Number(isAway(one)) - Number(isAway(other)));
}

function isAway({ where }: PickerGroup): boolean {
  return where === "elsewhere";
}

/** Problems are said while nothing is searched: then one looks for a model, not for trouble. */
export function problemsToShow(
  problems: readonly ConnectionProblem[],
  typed: string,
): readonly ConnectionProblem[] {
  return typed.trim() === "" ? problems : [];
}

/** The models of the picker: searched, and grouped by where they come from. */
import type { ConnectionProblem, Model } from "../../shared/api/types";
import { words } from "./words";

export interface PickerGroup {
  id: string;
  name: string;
  where: Model["where"];
  models: readonly Model[];
}

function fits(model: Model, wanted: readonly string[]): boolean {
  const text = [model.name, model.connection_name, ...model.capabilities, ...model.targets]
    .join(" ")
    .toLowerCase();
  return wanted.every((word) => text.includes(word));
}

/** Routes first, then groups in the order of the list, this machine first; every typed word must be found somewhere in a model. */
export function pickerGroups(models: readonly Model[], typed: string): PickerGroup[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Model[]>();
  for (const model of models) {
    if (!fits(model, wanted)) continue;
    const key = model.connection_id ?? model.kind;
    const group = groups.get(key);
    if (group) group.push(model);
    else groups.set(key, [model]);
  }
  return [...groups]
    .flatMap(([id, members]) => {
      const [first] = members;
      return first ? [{ id, name: groupName(first), where: first.where, models: members }] : [];
    })
    .toSorted((one, other) => distance(one) - distance(other));
}

/** No more than one can look through; the rest is found by typing. The chosen one is always among them. */
export function upTo(
  most: number,
  groups: readonly PickerGroup[],
  chosenId: string | null,
): { groups: readonly PickerGroup[]; left: number } {
  let room = most;
  let left = 0;
  const kept = groups.map((group) => {
    const models = group.models.filter(({ id }) => room-- > 0 || id === chosenId);
    left += group.models.length - models.length;
    return { ...group, models };
  });
  return { groups: kept.filter(({ models }) => models.length > 0), left };
}

function groupName({ kind, connection_name }: Model): string {
  return kind === "route" ? words.routes : connection_name;
}

/** A route was made to be chosen; what is on this machine keeps what is written here. */
function distance({ where, models }: PickerGroup): number {
  if (models[0]?.kind === "route") return 0;
  return where === "this-machine" ? 1 : 2;
}

/** Problems are said while nothing is searched: then one looks for a model, not for trouble. */
export function problemsToShow(
  problems: readonly ConnectionProblem[],
  typed: string,
): readonly ConnectionProblem[] {
  return typed.trim() === "" ? problems : [];
}

/** The files of this machine and how it stands with each, put together. */
import type { LocalModel, ModelFile } from "../../../shared/api/types";

export interface ModelHere {
  file: ModelFile;
  /** Nothing where the engine does not speak of it. */
  state: LocalModel | undefined;
}

const working: ReadonlySet<LocalModel["status"]> = new Set(["answering", "loading", "waiting"]);

function rank({ file, state }: ModelHere): number {
  if (file.problem !== null) return 3;
  if (state && working.has(state.status)) return 0;
  return state?.status === "loaded" ? 1 : 2;
}

/** First those at work, then those loaded, those on disk, and those that cannot be used. */
export function localModels(
  files: readonly ModelFile[],
  states: readonly LocalModel[],
): ModelHere[] {
  const byId = new Map(states.map((state) => [state.id, state]));
  return files
    .map((file) => ({ file, state: byId.get(file.id) }))
    .toSorted((one, other) => rank(one) - rank(other));
}

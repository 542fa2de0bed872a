/** The files of this machine and how it stands with each, put together. */
import type { LocalModel, ModelFile } from "../../../shared/api/types";

export interface ModelHere {
  file: ModelFile;
  /** Nothing where the engine does not speak of it. */
  state: LocalModel | undefined;
  /** It lies here as a folder of weights, which is not deleted from here. */
  isFolder: boolean;
}

const working: ReadonlySet<LocalModel["status"]> = new Set(["answering", "loading", "waiting"]);

function rank({ file, state }: ModelHere): number {
  if (file.problem !== null) return 3;
  if (state && working.has(state.status)) return 0;
  return state?.status === "loaded" ? 1 : 2;
}

/** A model that lies here as something else than a GGUF file, as far as the engine tells of it. */
function fileOf({ id, name, size_bytes, problem }: LocalModel): ModelFile {
  return {
    id,
    name,
    file: name,
    size_bytes,
    parts: 1,
    purpose: "chat",
    architecture: null,
    quantisation: null,
    context_tokens: null,
    capabilities: [],
    deletable: false,
    problem,
  };
}

/** First those at work, then those loaded, those on disk, and those that cannot be used. */
export function localModels(
  files: readonly ModelFile[],
  states: readonly LocalModel[],
): ModelHere[] {
  const byId = new Map(states.map((state) => [state.id, state]));
  const known = new Set(files.map(({ id }) => id));
  const others = states.filter(({ id }) => !known.has(id)).map(fileOf);
  return [...files, ...others]
    .map((file) => ({ file, state: byId.get(file.id), isFolder: !known.has(file.id) }))
    .toSorted((one, other) => rank(one) - rank(other));
}

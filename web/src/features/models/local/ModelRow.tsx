import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "../../../shared/ui/Button";
import { IconButton } from "../../../shared/ui/IconButton";
import { Menu, MenuItem, MenuLabel } from "../../../shared/ui/Menu";
import { modelsQuery } from "../queries";
import { sayWhy } from "../use-downloads";
import { abilityWords } from "../model-facts";
import { words as allWords } from "../words";
import type { ModelHere } from "./local-models";
import { ModelState } from "./ModelState";
import { loadModel, unloadModel } from "./queries";
import styles from "./Row.module.css";
import { smallerTypes } from "./smaller";
import { SmallerProgress } from "./SmallerProgress";
import type { SmallerJobs } from "./use-smaller";
import { tagWords, words } from "./words";

/** One model that lies here: what it is, how it stands with it, and what can be done. */
export function ModelRow({
  mayManage,
  model,
  smaller,
  onDelete,
  onStoreSmaller,
}: {
  mayManage: boolean;
  model: ModelHere;
  smaller: SmallerJobs;
  onDelete: () => void;
  onStoreSmaller: () => void;
}) {
  const { file, state } = model;
  const client = useQueryClient();
  const settled = {
    onError: sayWhy,
    onSettled: () => client.invalidateQueries({ queryKey: modelsQuery.queryKey }),
  };
  const load = useMutation({ mutationFn: () => loadModel(file.id), ...settled });
  const unload = useMutation({ mutationFn: () => unloadModel(file.id), ...settled });
  const isBusy = load.isPending || unload.isPending;
  const isOnDisk = state?.status === "on-disk";
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <h3 className={styles.name}>
          {file.name}{" "}
          {file.size_bytes > 0 && (
            <span className={styles.tag}>{tagWords(file.quantisation, file.size_bytes)}</span>
          )}
        </h3>
        <p className={styles.facts}>{factsOf(model)}</p>
      </div>
      <div className={styles.state}>
        <ModelState model={model} />
        {smaller.of(file.id).map((job) => (
          <SmallerProgress
            key={job.id}
            job={job}
            name={file.name}
            onStop={() => smaller.stop(job.id)}
          />
        ))}
      </div>
      {mayManage && (
        <div className={styles.deeds}>
          {state && file.problem === null && (
            <Button
              variant="quiet"
              disabled={isBusy}
              aria-label={isOnDisk ? words.loadOf(file.name) : words.unloadOf(file.name)}
              onClick={() => (isOnDisk ? load : unload).mutate()}
            >
              {isOnDisk ? words.load : words.unload}
            </Button>
          )}
          <Menu trigger={<IconButton icon="more" label={words.more(file.name)} />}>
            <MenuLabel>{placeOf(model)}</MenuLabel>
            {state && smallerTypes(file).length > 0 && (
              <MenuItem icon="copy" onSelect={onStoreSmaller}>
                {words.smaller}
              </MenuItem>
            )}
            {file.deletable && (
              <MenuItem icon="trash" loss onSelect={onDelete}>
                {words.delete}
              </MenuItem>
            )}
          </Menu>
        </div>
      )}
    </li>
  );
}

function placeOf({ file, isFolder }: ModelHere): string {
  if (isFolder) return words.folder;
  return file.deletable ? file.file : words.readOnly;
}

function factsOf({ file, state }: ModelHere): string {
  if (file.problem !== null) return file.file;
  const context = state?.context_tokens ?? file.context_tokens;
  const facts = [
    file.purpose === "embedding" ? words.embeddings : abilityWords(file.capabilities),
    context !== null && allWords.context(context),
    state?.pinned && words.pinned,
  ];
  return facts.filter((fact) => typeof fact === "string").join(". ");
}

import { useQuery } from "@tanstack/react-query";
import type { Model } from "../../shared/api/types";
import { State } from "../../shared/ui/State";
import styles from "./LocalModels.module.css";
import { count, size } from "./format";
import { ModelFileProblems } from "./ModelFileProblems";
import { catalogueQuery, modelsQuery } from "./queries";
import { TryAgain } from "../../shared/ui/TryAgain";
import { abilityWords, words } from "./words";

/** The machine in a line, and the model files it has: those that can answer, then those that cannot be used. */
export function LocalModels() {
  const { data: models, isError, refetch } = useQuery(modelsQuery);
  const { data: catalogue } = useQuery(catalogueQuery);
  const machine = catalogue?.machine;
  const files = models?.items.filter(({ kind }) => kind === "local") ?? [];
  const problems = models?.problems ?? [];
  const isEmpty =
    files.length === 0 && problems.every(({ connection_id }) => connection_id !== null);
  return (
    <>
      {machine && (
        <dl className={styles.machine}>
          <Figure name="Memory" value={size(machine.memory_bytes)} />
          <Figure name="Processor cores" value={count(machine.cores)} />
          <Figure name="Free disk" value={size(machine.free_disk_bytes)} />
        </dl>
      )}
      {isError && <TryAgain onTry={() => void refetch()} />}
      {models && isEmpty && <p className={styles.none}>{words.noLocal}</p>}
      {files.length > 0 && (
        <ul className={styles.list}>
          {files.map((file) => (
            <LocalModel key={file.id} model={file} />
          ))}
        </ul>
      )}
      <ModelFileProblems problems={problems} />
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function LocalModel({ model }: { model: Model }) {
  const facts = [
    abilityWords(model.capabilities),
    model.context_tokens !== null && words.context(model.context_tokens),
  ].filter((fact) => fact !== false);
  return (
    <li className={styles.model}>
      <div>
        <h3 className={styles.name}>
          {model.name}
          {model.size_bytes !== null && (
            <span className={styles.tag}>{size(model.size_bytes)}</span>
          )}
        </h3>
        <p className={styles.facts}>{facts.join(". ")}</p>
      </div>
      <State kind="done">{model.loaded ? words.loaded : words.loadsWhenAsked}</State>
    </li>
  );
}

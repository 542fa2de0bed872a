import { State } from "../../../shared/ui/State";
import type { ModelHere } from "./local-models";
import styles from "./Row.module.css";
import { answeringWords, words } from "./words";

/** How it stands with a model: what it does now, or why it cannot be used. */
export function ModelState({ model: { file, state } }: { model: ModelHere }) {
  const problem = file.problem ?? state?.problem;
  if (file.problem !== null) return <Trouble kind="file">{file.problem}</Trouble>;
  switch (state?.status) {
    case "answering":
      return <State kind="running">{answeringWords(state)}</State>;
    case "loading":
      return <State kind="running">{words.loading(state.eta_seconds)}</State>;
    case "waiting":
      return <State kind="running">{words.waiting}</State>;
    case "loaded":
      return <State kind="done">{words.loaded}</State>;
    case "on-disk":
    case undefined:
      return problem ? (
        <Trouble kind="load">{problem}</Trouble>
      ) : (
        <State kind="off">{words.onDisk}</State>
      );
  }
}

function Trouble({ kind, children }: { kind: "file" | "load"; children: string }) {
  return (
    <>
      <State kind="loss">{kind === "file" ? words.unusable : words.notLoaded}</State>
      <p className={styles.facts}>{children}</p>
    </>
  );
}

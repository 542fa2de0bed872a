import type { ReactNode } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./icons";
import { LampMark } from "./LampMark";
import styles from "./State.module.css";

export type Kind = "done" | "running" | "loss" | "off";

const icons: Record<Exclude<Kind, "running">, IconName> = {
  done: "done",
  loss: "failed",
  off: "off",
};

/** A state as a shape and a word, so that colour never speaks alone. */
export function State({ kind, children }: { kind: Kind; children: ReactNode }) {
  return (
    <span className={styles.state} data-kind={kind}>
      {kind === "running" ? (
        <LampMark state="running" className={styles.lamp} />
      ) : (
        <Icon name={icons[kind]} />
      )}
      {children}
    </span>
  );
}

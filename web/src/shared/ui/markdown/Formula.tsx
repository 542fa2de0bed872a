import { useLayoutEffect, useRef, useState } from "react";
import styles from "./Formula.module.css";
import { drawFormula, isPenReady, preparePen } from "./formula-pen";
import { words } from "./words";
import { joinClasses } from "../../lib/join-classes";

export interface FormulaProps {
  tex: string;
  /** Set apart on its own line. */
  display?: boolean;
}

type State = "waiting" | "drawn" | "unreadable";

/** A formula, drawn whole; what cannot be drawn is shown as it was written. */
export function Formula({ tex, display = false }: FormulaProps) {
  const paper = useRef<HTMLSpanElement>(null);
  const [state, setState] = useState<State>("waiting");

  // Synchronises with KaTeX, which draws into an element of its own.
  useLayoutEffect(() => {
    let wanted = true;
    const draw = () => {
      if (!wanted || !paper.current) return;
      setState(drawFormula(tex, paper.current, display) ? "drawn" : "unreadable");
    };
    if (isPenReady()) draw();
    else preparePen().then(draw, () => wanted && setState("unreadable"));
    return () => {
      wanted = false;
    };
  }, [tex, display]);

  const overflows = display && state === "drawn";
  return (
    <span
      className={joinClasses(styles.formula, display && styles.display)}
      {...(overflows && { tabIndex: 0, role: "group", "aria-label": words.formula })}
    >
      <span ref={paper} hidden={state !== "drawn"} />
      {state === "waiting" && <span className={styles.space}>{tex}</span>}
      {state === "unreadable" && <code>{tex}</code>}
    </span>
  );
}

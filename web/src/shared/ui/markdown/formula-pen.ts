/** KaTeX, fetched when the first formula appears. */
import type { draw } from "./katex-engine";

let pen: typeof draw | null = null;
let fetching: Promise<void> | null = null;

export function isPenReady(): boolean {
  return pen !== null;
}

/** Fetches KaTeX once. A failed fetch is tried again by the next formula. */
export function preparePen(): Promise<void> {
  fetching ??= import("./katex-engine").then(
    (engine) => {
      pen = engine.draw;
    },
    (error: unknown) => {
      fetching = null;
      throw error;
    },
  );
  return fetching;
}

/** Draws into `paper`. False if the formula cannot be read; the paper is then empty. */
export function drawFormula(tex: string, paper: HTMLElement, display: boolean): boolean {
  return pen?.(tex, paper, display) ?? false;
}

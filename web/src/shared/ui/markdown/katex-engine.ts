/**
 * The only file that knows KaTeX. It draws with DOM calls: the content security policy forbids style attributes
 * in HTML strings, but not styles set by a script.
 */
import { ParseError, render } from "katex";
import "katex/dist/katex.min.css";

export function draw(tex: string, paper: HTMLElement, display: boolean): boolean {
  try {
    render(tex, paper, {
      displayMode: display,
      throwOnError: true,
      strict: false,
      trust: false,
      maxSize: 40,
      maxExpand: 500,
    });
    return true;
  } catch (error) {
    paper.replaceChildren();
    // Nested deeper than the engine's stack, which is how it says so.
    if (error instanceof ParseError || error instanceof RangeError) return false;
    throw error;
  }
}

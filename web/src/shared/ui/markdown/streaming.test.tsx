/** Streaming onto the page: word by word ends in the same document as all at once. */
import { cleanup, render } from "@testing-library/react";
import { array, assert, constantFrom, property, tuple } from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../testing/runs";
import { Markdown } from "./Markdown";

const block = constantFrom(
  "Plain words with **strong** and *slanted* ones.",
  "# A heading",
  "### A line",
  "- one\n- two\n  1. deep\n  2. deeper",
  "1. one\n\n   more of one\n2. two",
  "| A | B |\n|---|--:|\n| 1 | `x` |",
  "> quoted\n> - list",
  "~~~\nplain\n~~~",
  "[name]: https://example.org",
  "A [name] and [other](https://example.org/a?b=c).",
  "---",
  "Costs $5 or $6 <b>no</b>",
  "Title\n===",
  "- [ ] task\n- [x] done",
);
const gap = constantFrom("\n\n", "\n", "\n\n\n");

it("ends in the same document, cut at every letter", () => {
  assert(
    property(array(tuple(block, gap), { minLength: 1, maxLength: 5 }), (blocks) => {
      const text = blocks.flat().join("");
      const grown = render(<Markdown text="" streaming />);
      for (let end = 1; end <= text.length; end++) {
        grown.rerender(<Markdown text={text.slice(0, end)} streaming />);
      }
      grown.rerender(<Markdown text={text} />);

      const whole = render(<Markdown text={text} />);

      expect(grown.container.innerHTML).toBe(whole.container.innerHTML);
      cleanup();
    }),
    { numRuns: runs(5) },
  );
});

/** Drawing a formula, or saying that it cannot be drawn. */
import { expect, test } from "vitest";
import { draw } from "./katex-engine";

test.each([
  ["that is not one", "\\frac{1"],
  ["that is nested deeper than the stack", `${"{".repeat(100_000)}x${"}".repeat(100_000)}`],
])("a formula %s is refused, and the paper stays empty", (_, tex) => {
  const paper = document.createElement("span");

  expect(draw(tex, paper, false)).toBe(false);
  expect(paper.childNodes).toHaveLength(0);
});

test("a formula is drawn", () => {
  const paper = document.createElement("span");

  expect(draw("x^2", paper, false)).toBe(true);
  expect(paper.querySelector(".katex")).toBeTruthy();
});

import { expect, test } from "vitest";
import { aloud, endOfSentences } from "./finished-sentences";

test("a sentence is finished when its stop is followed by a space or a line ends", () => {
  expect(endOfSentences("It is cold. And", 0)).toBe("It is cold. ".length);
  expect(endOfSentences("A heading\nAnd", 0)).toBe("A heading\n".length);
});

test("a stop at the very end may still be the middle of a number", () => {
  expect(endOfSentences("It costs 3.", 0)).toBe(0);
  expect(endOfSentences("It costs 3.50 a day", 0)).toBe(0);
});

test("only what is new is looked at", () => {
  const text = "First one. Second one. Third";

  expect(endOfSentences(text, 11)).toBe("First one. Second one. ".length);
});

test("marks are not read aloud, and code is named", () => {
  expect(aloud("## **Two** things\n- see [this](https://example.com)\n```py\nx = 1\n```\n")).toBe(
    "Two things see this Code.",
  );
});

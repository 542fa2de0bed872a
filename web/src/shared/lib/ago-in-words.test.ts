import { expect, test } from "vitest";
import { agoInWords } from "./ago-in-words";

const now = new Date("2026-11-21T12:00:00Z");

test.each([
  [-5, "just now"],
  [0, "just now"],
  [59, "just now"],
  [60, "1 minute ago"],
  [5 * 60 + 59, "5 minutes ago"],
  [3_600, "1 hour ago"],
  [23 * 3_600, "23 hours ago"],
  [86_400, "yesterday"],
  [3 * 86_400, "3 days ago"],
])("what was %i seconds ago is “%s”", (seconds, words) => {
  expect(agoInWords(new Date(now.getTime() - seconds * 1000), now)).toBe(words);
});

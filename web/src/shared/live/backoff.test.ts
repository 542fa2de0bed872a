import { expect, test } from "vitest";
import { backoff } from "./backoff";

function longest(attempt: number): number {
  return backoff(attempt, () => 1);
}

test("the wait doubles, and never grows beyond a quarter of a minute", () => {
  expect([0, 1, 2, 3].map(longest)).toEqual([400, 800, 1_600, 3_200]);
  expect(longest(40)).toBe(15_000);
});

test("pages that lost the same server do not come back at the same instant", () => {
  expect(backoff(3, () => 0)).toBe(1_600);
  expect(backoff(3, () => 0.5)).toBe(2_400);
});

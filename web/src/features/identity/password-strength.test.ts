/** How good a password is. */
import { expect, it } from "vitest";
import { strengthOf } from "./password-strength";

it.each([
  ["aaaaaaaaaaaa", "weak"],
  ["1234567890", "weak"],
  ["password123", "weak"],
  ["qwertyuiop[]", "weak"],
  ["owner@example.org1", "weak"],
  ["horselamp7", "fair"],
  ["lamp arch quiet river", "strong"],
  ["xK9#vQ2!mB7z", "strong"],
])("%s is %s", (password, strength) => {
  expect(strengthOf(password, ["Owner Example", "owner@example.org"])).toBe(strength);
});

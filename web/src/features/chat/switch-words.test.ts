import { expect, test } from "vitest";
import { switchWords } from "./switch-words";

const nameOf = (target: string) => target.toUpperCase();

test.each([
  ["overload", null, "B took over: A was overloaded."],
  ["failure", "two things", "B went on after “two things”: A failed."],
  ["context-too-long", null, "B took over: this is more than A can read."],
  ["refusal", null, "B took over: A declined to answer."],
] as const)("a switch for %s after %s says who, why and where", (reason, after, said) => {
  expect(switchWords({ sequence: 2, from: "a", to: "b", reason, after }, nameOf)).toBe(said);
});

/** Numbers as people read them. */
import { expect, it } from "vitest";
import { latency, money, part, size, wait } from "./format";
import { quantisationWords } from "./model-facts";

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [386_404_992, "386 MB"],
  [1_050_000_000, "1.1 GB"],
  [14_300_000_000, "14 GB"],
  [2_000_000_000_000_000, "2,000 TB"],
])("%i bytes are %s", (bytes, words) => {
  expect(size(bytes).replace("\u00a0", " ")).toBe(words);
});

it("puts a part in the unit of the whole", () => {
  expect(part(160_000_000, 2_500_000_000)).toBe("0.2 of 2.5\u00a0GB");
  expect(part(0, 0)).toBe("0 of 0\u00a0bytes");
});

it.each([
  [0.2, "about 1 s"],
  [42, "about 42 s"],
  [240, "about 4 min"],
  [9000, "about 2.5 h"],
])("%d seconds are %s", (seconds, words) => {
  expect(wait(seconds).replace("\u00a0", " ")).toBe(words);
});

it("says short answers in milliseconds", () => {
  expect(latency(12)).toBe("12\u00a0ms");
  expect(latency(412)).toBe("0.4\u00a0s");
});

it.each([
  ["Q4_K_M", "4-bit"],
  ["IQ3_XS", "3-bit"],
  ["Q8_0", "8-bit"],
  ["F16", "16-bit"],
  ["odd", "odd"],
])("%s is %s", (name, words) => {
  expect(quantisationWords(name)).toBe(words);
});

it.each([
  [0, "$0"],
  [3_000_000, "$3"],
  [150_000, "$0.15"],
  [1_250_000, "$1.25"],
  [37_500, "$0.0375"],
  [1_200_000_000, "$1,200"],
])("%i micro-dollars are %s", (micros, words) => {
  expect(money(micros, "USD")).toBe(words);
});

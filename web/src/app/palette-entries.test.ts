import { expect, test } from "vitest";
import { matching, type PaletteEntry } from "./palette-entries";

function entry(label: string): PaletteEntry {
  return { id: label, group: "Conversations", label, icon: "text", run: () => {} };
}

const entries = [
  entry("Crème brûlée for twelve"),
  entry("Battery for the mobile library"),
  entry("New chat"),
];

test.each([
  ["", ["Crème brûlée for twelve", "Battery for the mobile library", "New chat"]],
  ["library bat", ["Battery for the mobile library"]],
  ["CREME", ["Crème brûlée for twelve"]],
  ["nothing like it", []],
])("“%s” finds %j", (typed, labels) => {
  expect(matching(entries, typed).map(({ label }) => label)).toEqual(labels);
});

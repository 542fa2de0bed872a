import { expect, test } from "vitest";
import { aConversation } from "../testing/a-conversation";
import { dayLabel, rowsByDay } from "./day-groups";

const now = new Date(2026, 10, 21, 9, 30);

test.each([
  [new Date(2026, 10, 21, 0, 5), "Today"],
  [new Date(2026, 10, 22, 0, 5), "Today"],
  [new Date(2026, 10, 20, 23, 55), "Yesterday"],
  [new Date(2026, 10, 19, 12), "Last week"],
  [new Date(2026, 10, 14, 12), "Last week"],
  [new Date(2026, 10, 13, 12), "November"],
  [new Date(2026, 2, 30, 12), "March"],
  [new Date(2025, 10, 21, 12), "November 2025"],
])("%s is called %s", (then, label) => {
  expect(dayLabel(then, now)).toBe(label);
});

test("a label stands before each group, once", () => {
  const rows = rowsByDay(
    [
      aConversation({ id: "a", updated_at: new Date(2026, 10, 21, 9).toISOString() }),
      aConversation({ id: "b", updated_at: new Date(2026, 10, 21, 8).toISOString() }),
      aConversation({ id: "c", updated_at: new Date(2026, 10, 20, 8).toISOString() }),
    ],
    now,
  );

  expect(rows.map((row) => row.key)).toEqual(["label Today", "a", "b", "label Yesterday", "c"]);
});

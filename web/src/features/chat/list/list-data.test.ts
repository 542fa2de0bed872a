import { describe, expect, test } from "vitest";
import { aConversation } from "../testing/a-conversation";
import { conversationsOf, type ListData, withConversation, withoutConversation } from "./list-data";

function at(id: string, day: number) {
  return aConversation({ id, updated_at: `2026-11-${String(day).padStart(2, "0")}T10:00:00.000Z` });
}

function aList(more: string | null = null): ListData {
  return {
    pages: [
      { items: [at("d", 20), at("c", 18)], next_cursor: "c" },
      { items: [at("b", 15), at("a", 12)], next_cursor: more },
    ],
    pageParams: [null, "c"],
  };
}

function idsOf(data: ListData): string[] {
  return conversationsOf(data).map(({ id }) => id);
}

describe("the list of conversations", () => {
  test("one that changed moves to the place of its last change", () => {
    expect(idsOf(withConversation(aList(), at("a", 21)))).toEqual(["a", "d", "c", "b"]);
    expect(idsOf(withConversation(aList(), at("a", 16)))).toEqual(["d", "c", "a", "b"]);
  });

  test("one that kept its time stays where it is", () => {
    expect(idsOf(withConversation(aList(), { ...at("c", 18), title: "Renamed" }))).toEqual([
      "d",
      "c",
      "b",
      "a",
    ]);
  });

  test("one older than everything loaded waits until the list is scrolled that far", () => {
    expect(idsOf(withConversation(aList("a"), at("x", 1)))).toEqual(["d", "c", "b", "a"]);
    expect(idsOf(withConversation(aList(), at("x", 1)))).toEqual(["d", "c", "b", "a", "x"]);
  });

  test("the first one of an empty list is shown", () => {
    const empty: ListData = { pages: [{ items: [], next_cursor: null }], pageParams: [null] };

    expect(idsOf(withConversation(empty, at("x", 1)))).toEqual(["x"]);
  });

  test("a deleted one leaves", () => {
    expect(idsOf(withoutConversation(aList(), "b"))).toEqual(["d", "c", "a"]);
  });
});

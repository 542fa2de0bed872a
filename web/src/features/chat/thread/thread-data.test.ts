import { describe, expect, test } from "vitest";
import { aMessage } from "../testing/a-message";
import { type ThreadData, withNewest, withOlder, withTurn } from "./thread-data";

function aBranch(ids: string[]) {
  return ids.map((id, index) => aMessage({ id, parent_id: ids[index + 1] ?? null }));
}

function aThread(ids: string[], nextCursor: string | null = null): ThreadData {
  return { messages: aBranch(ids), nextCursor };
}

function idsOf({ messages }: ThreadData): string[] {
  return messages.map(({ id }) => id);
}

describe("a thread loaded window by window", () => {
  test("older messages join below", () => {
    const known = { messages: aBranch(["d", "c", "b"]).slice(0, 2), nextCursor: "c" };

    const joined = withOlder(known, { items: aBranch(["b", "a"]), next_cursor: null });

    expect(idsOf(joined)).toEqual(["d", "c", "b", "a"]);
    expect(joined.nextCursor).toBeNull();
  });

  test("older messages of another branch are dropped", () => {
    const known = aThread(["d", "c"], "c");

    expect(withOlder(known, { items: aBranch(["x", "y"]), next_cursor: null })).toBe(known);
  });

  test("the newest page keeps what was loaded before it, where they overlap", () => {
    const known = aThread(["d", "c", "b", "a"]);

    const joined = withNewest(known, {
      items: aBranch(["f", "e", "d", "c", "b"]).slice(0, 3),
      next_cursor: "d",
    });

    expect(idsOf(joined)).toEqual(["f", "e", "d", "c", "b", "a"]);
  });

  test("the newest page keeps what was loaded before it, where it follows on", () => {
    const known = aThread(["d", "c", "b", "a"]);

    const joined = withNewest(known, {
      items: aBranch(["f", "e", "d"]).slice(0, 2),
      next_cursor: "e",
    });

    expect(idsOf(joined)).toEqual(["f", "e", "d", "c", "b", "a"]);
  });

  test("another branch replaces what was loaded", () => {
    const known = aThread(["d", "c", "b", "a"]);

    const joined = withNewest(known, {
      items: aBranch(["z", "y", "x"]).slice(0, 2),
      next_cursor: "y",
    });

    expect(idsOf(joined)).toEqual(["z", "y"]);
    expect(joined.nextCursor).toBe("y");
  });
});

describe("a turn the server accepted", () => {
  const question = aMessage({ id: "q" });
  const answer = aMessage({ id: "r", parent_id: "q", role: "assistant" });

  test("shows at the end at once", () => {
    expect(idsOf(withTurn(aThread(["b", "a"]), undefined, [answer, question]))).toEqual([
      "r",
      "q",
      "b",
      "a",
    ]);
  });

  test("replaces what came after the message it answers", () => {
    expect(idsOf(withTurn(aThread(["d", "c", "b", "a"]), "b", [answer, question]))).toEqual([
      "r",
      "q",
      "b",
      "a",
    ]);
  });

  test("begins anew without a parent", () => {
    expect(idsOf(withTurn(aThread(["b", "a"]), null, [answer, question]))).toEqual(["r", "q"]);
  });

  test("is not shown twice when the server was quicker", () => {
    expect(idsOf(withTurn(aThread(["r", "q", "a"]), undefined, [answer, question]))).toEqual([
      "r",
      "q",
      "a",
    ]);
  });
});

describe("a branch that the reader chose", () => {
  const chosen: ThreadData = { ...aThread(["d", "c"], "c"), through: "c" };

  test("stays chosen while more of it is read", () => {
    const older = { items: aBranch(["b", "a"]), next_cursor: null };
    const known = { ...chosen, messages: aBranch(["d", "c", "b"]).slice(0, 2) };

    expect(withOlder(known, older).through).toBe("c");
    expect(withNewest(chosen, { items: aBranch(["e", "d", "c"]), next_cursor: null }).through).toBe(
      "c",
    );
  });

  test("is what the conversation shows once a question follows on it", () => {
    const question = aMessage({ id: "q", parent_id: "d" });

    expect(withTurn(chosen, "d", [question]).through).toBeUndefined();
  });
});

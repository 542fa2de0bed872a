/** What a person is writing outlives the page, and a browser that has no room for it. */
import { afterEach, expect, test, vi } from "vitest";
import { draftKeeper } from "./draft-keeper";

afterEach(() => draftKeeper.forget());

test("with storage full, a draft is still there for as long as the page is", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("It is full.", "QuotaExceededError");
  });
  draftKeeper.keep("ada c1", "Half a thought");

  window.dispatchEvent(new Event("pagehide"));

  expect(draftKeeper.read("ada c1")).toBe("Half a thought");
});

test("what is written in a new chat moves to the conversation that it becomes", () => {
  draftKeeper.keep("ada new", "Half a thought");

  draftKeeper.move("ada new", "ada c1");

  expect(draftKeeper.read("ada c1")).toBe("Half a thought");
  expect(draftKeeper.read("ada new")).toBe("");
});

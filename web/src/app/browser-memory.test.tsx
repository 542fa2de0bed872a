/** What a browser keeps of a person, and when it lets go of it. */
import { beforeEach, expect, it, vi } from "vitest";
import { draftKeeper } from "../features/chat/composer/draft-keeper";
import { unreadConversations } from "../features/chat/list/unread";
import { claimBrowser, forgetPerson, onForgottenElsewhere } from "./browser-memory";

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("arcano-theme", "dark");
});

function keep(): void {
  localStorage.setItem("arcano-draft new", "What I was about to say");
  localStorage.setItem("arcano-outbox ada 1", "{}");
  localStorage.setItem("arcano-outbox grace 2", "{}");
  localStorage.setItem("arcano-unread", "1");
}

const kept = () => Object.keys(localStorage).toSorted();

it("keeps everything for the same person who comes again", () => {
  claimBrowser("ada");
  keep();
  claimBrowser("ada");

  expect(localStorage.getItem("arcano-draft new")).toBe("What I was about to say");
  expect(kept()).toHaveLength(6);
});

it("keeps of one person nothing for another, but what is the other\u2019s own", () => {
  claimBrowser("ada");
  keep();
  claimBrowser("grace");

  expect(kept()).toEqual(["arcano-outbox grace 2", "arcano-person", "arcano-theme"]);
});

it("forgets everything of the person who signs out, and leaves the browser its look", () => {
  claimBrowser("ada");
  keep();
  draftKeeper.keep("new", "and more");
  forgetPerson();
  window.dispatchEvent(new Event("pagehide"));

  expect(kept()).toEqual(["arcano-theme"]);
  expect(draftKeeper.read("new")).toBe("");
});

it("knows no longer what one person has not read when another one comes", () => {
  claimBrowser("ada");
  unreadConversations.mark("of-ada");
  claimBrowser("grace");
  unreadConversations.mark("of-grace");

  expect(localStorage.getItem("arcano-unread")).toBe("of-grace");
});

it("does not write down what was typed in a tab that another one has signed out", () => {
  const leave = vi.fn<() => void>();
  const stopListening = onForgottenElsewhere(leave);
  claimBrowser("ada");
  draftKeeper.keep("ada new", "Between us");
  localStorage.clear();

  window.dispatchEvent(new StorageEvent("storage", { key: "arcano-person", newValue: null }));
  window.dispatchEvent(new Event("pagehide"));

  expect(leave).toHaveBeenCalledTimes(1);
  expect(kept()).toEqual([]);
  stopListening();
});

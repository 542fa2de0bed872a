/** What a question follows that somebody else than the owner writes. */
import { expect, test } from "vitest";
import type { Outgoing, OutgoingState } from "../outbox/outgoing";
import { aMessage } from "../testing/a-message";
import { parentOfNext } from "./parent-of-next";

const finished = [aMessage({ id: "a1", role: "assistant" })];
const running = [aMessage({ id: "a1", role: "assistant", status: "running" })];
const others = { isOwner: false };

function onItsWay(kind: "waiting" | "refused"): Outgoing {
  const state: OutgoingState = kind === "waiting" ? { kind } : { kind, code: "", detail: "" };
  return { id: "o1", conversationId: "c1", text: "", model: "small", writtenAt: 1, state };
}

test("it follows the last message shown", () => {
  expect(parentOfNext({ messages: finished, isChosenHere: false }, others, [])).toEqual({
    parentId: "a1",
  });
});

test("the owner's follows what the conversation shows, and a first one nothing", () => {
  const thread = { messages: finished, isChosenHere: false };
  expect(parentOfNext(thread, { isOwner: true }, [])).toEqual({});
  expect(parentOfNext({ messages: [], isChosenHere: false }, others, [])).toEqual({});
});

test("behind another one on its way it follows that one, unless that was refused", () => {
  const thread = { messages: finished, isChosenHere: true };
  expect(parentOfNext(thread, others, [onItsWay("waiting")])).toEqual({});
  expect(parentOfNext(thread, others, [onItsWay("refused")])).toEqual({ parentId: "a1" });
});

test("where all wait for the same answer, each follows the one before", () => {
  expect(parentOfNext({ messages: running, isChosenHere: false }, others, [])).toEqual({});
});

test("on a branch of one's own it follows the answer that is being written", () => {
  expect(parentOfNext({ messages: running, isChosenHere: true }, others, [])).toEqual({
    parentId: "a1",
  });
});

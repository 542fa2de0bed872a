import { expect, test } from "vitest";
import { phaseWords } from "./phase-words";
import { aPhase } from "./testing/a-phase";
import { unheardTurn } from "./turn-state";

const nbsp = "\u00a0";

test.each([
  [aPhase("waiting", { position: 3, eta_seconds: 12 }), `Place 3 in the queue, about 12${nbsp}s`],
  [aPhase("waiting", { position: 1 }), "Place 1 in the queue"],
  [aPhase("waiting"), "In the queue"],
  [aPhase("model-loading"), "Waking the model"],
  [aPhase("summarising", { messages: 40 }), `Summarising 40${nbsp}earlier messages`],
  [aPhase("thinking"), "Thinking"],
  [aPhase("writing"), "Writing"],
])("the phase %j reads “%s”", (phase, word) => {
  expect(phaseWords({ ...unheardTurn, phase }, 0).word).toBe(word);
});

test("time and words are the muted detail while it writes", () => {
  const state = { ...unheardTurn, phase: aPhase("writing"), words: 1_096 };

  expect(phaseWords(state, 11).detail).toBe(`11${nbsp}s · 1,096${nbsp}words`);
});

test("tokens are counted about, thoughts among them, until the model has told", () => {
  const said = { answer: "x".repeat(4_000), reasoning: "x".repeat(400), words: 1 };
  const state = { ...unheardTurn, ...said, phase: aPhase("writing") };

  expect(phaseWords(state, 0).detail).toBe(`1${nbsp}word · about 1,100${nbsp}tokens`);
});

test("what it cost so far stands beside the tokens, both about", () => {
  const state = { ...unheardTurn, answer: "x".repeat(400), words: 1, phase: aPhase("writing") };

  expect(phaseWords(state, 0, 1_200).detail).toBe(`1${nbsp}word · about 100${nbsp}tokens, $0.0012`);
});

test("thoughts are counted while nothing else is said", () => {
  const state = { ...unheardTurn, reasoning: "x".repeat(40), phase: aPhase("thinking") };

  expect(phaseWords(state, 3, null).detail).toBe(`3${nbsp}s · about 10${nbsp}tokens`);
});

test("a queue is a ring, not a lit lamp", () => {
  expect(phaseWords({ ...unheardTurn, phase: aPhase("waiting") }, 0).lamp).toBe("waiting");
});

/** What an answer costs while it is written: about as much as the meter will say, and nothing said where nobody knows. */
import { expect, test } from "vitest";
import type { TurnEvent } from "../../../shared/api/turn-event";
import type { Model } from "../../../shared/api/types";
import { hear, type TurnState, unheardTurn } from "../turn-state";
import { costSoFar } from "./cost-so-far";

const price = {
  currency: "USD",
  input_micros: 1_000_000,
  output_micros: 2_000_000,
  hour_micros: null,
};

const context: TurnEvent = {
  type: "context",
  limit: null,
  reserve: 0,
  system: 0,
  history: 0,
  documents: 0,
  tools: 0,
  question: 100,
  total: 100,
  exact: true,
  spread: 0,
  dropped_messages: 0,
  summarised_messages: 0,
  summary_id: null,
  summary_failed: false,
  first_message_id: "m1",
};
const taken: TurnEvent = {
  type: "target-switched",
  from_target: "a",
  to_target: "b",
  reason: "failure",
  after_first_token: true,
};
const byAnother: TurnEvent = { type: "answered-by", model: "big", target: "b", variant: null };
const said: TurnEvent = { type: "text-delta", text: "x".repeat(40) };

function heard(...events: TurnEvent[]): TurnState {
  return events.reduce((state, event, place) => hear(state, place + 2, event), unheardTurn);
}

function costOf(turn: TurnState, ofAll: Model["price"] = price, seconds = 5): number | null {
  return costSoFar(turn, () => ofAll, seconds);
}

test("it is what was read and what is written so far, each at its price", () => {
  expect(costOf(heard(context, said))).toBe(100 + 2 * 10);
});

test("thoughts cost as much as words", () => {
  const thought: TurnEvent = { type: "reasoning-delta", text: "x".repeat(40) };

  expect(costOf(heard(context, thought, said))).toBe(100 + 2 * 20);
});

test("who takes over is paid for what others wrote, as it reads it, and for its own words", () => {
  const dear = { ...price, input_micros: 10_000_000, output_micros: 20_000_000 };
  const turn = heard(context, said, taken, byAnother, said, said);

  const cost = costSoFar(turn, (writer) => (writer === "big" ? dear : price), 5);

  expect(cost).toBe(100 + 2 * 10 + (10 * (100 + 10) + 20 * 20));
});

test("of whom nothing came before another took over, nothing is counted", () => {
  expect(costOf(heard(context, taken, byAnother, said))).toBe(100 + 2 * 10);
});

test("where time has a price, it is the time", () => {
  expect(costOf(heard(said), { ...price, hour_micros: 3_600_000 }, 5)).toBe(5_000);
});

test.each<[string, TurnState, Model["price"]]>([
  ["nobody knows the price", heard(context, said), null],
  [
    "time has a price and several wrote",
    heard(context, said, taken, byAnother, said),
    { ...price, hour_micros: 5 },
  ],
  ["it is not in dollars", heard(context, said), { ...price, currency: "EUR" }],
  ["it was not told what was read", heard(said), price],
  [
    "it was said before",
    heard(context, { type: "answered-from-cache", at: "", kind: "same", saved_tokens: 1 }, said),
    price,
  ],
])("nothing is said of money where %s", (_, turn, ofWhom) => {
  expect(costOf(turn, ofWhom)).toBeNull();
});

test("who writes in the place of the one that was asked is known by their own name", () => {
  const turn = heard({ type: "answered-by", model: "big", target: "Rack B", variant: null });

  expect(turn.writer).toBe("big");
});

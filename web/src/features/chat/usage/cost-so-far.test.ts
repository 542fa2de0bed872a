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
const said: TurnEvent = { type: "text-delta", text: "x".repeat(40) };

function heard(...events: TurnEvent[]): TurnState {
  return events.reduce((state, event, place) => hear(state, place + 2, event), unheardTurn);
}

test("it is what was read and what is written so far, each at its price", () => {
  expect(costSoFar(heard(context, said), price)).toBe(100 + 2 * 10);
});

test("thoughts cost as much as words", () => {
  const thought: TurnEvent = { type: "reasoning-delta", text: "x".repeat(40) };

  expect(costSoFar(heard(context, thought, said), price)).toBe(100 + 2 * 20);
});

test.each<[string, TurnState, Model["price"]]>([
  ["nobody knows the price", heard(context, said), null],
  ["time has a price, not tokens", heard(context, said), { ...price, hour_micros: 5 }],
  ["it is not in dollars", heard(context, said), { ...price, currency: "EUR" }],
  ["it was not told what was read", heard(said), price],
  [
    "it was said before",
    heard(context, { type: "answered-from-cache", at: "", kind: "same", saved_tokens: 1 }, said),
    price,
  ],
  [
    "another model had written some of it",
    heard(context, said, {
      type: "target-switched",
      from_target: "a",
      to_target: "b",
      reason: "failure",
      after_first_token: true,
    }),
    price,
  ],
])("nothing is said of money where %s", (_, turn, ofWhom) => {
  expect(costSoFar(turn, ofWhom)).toBeNull();
});

test("who writes in the place of the one that was asked is known by their own name", () => {
  const turn = heard({ type: "answered-by", model: "big", target: "Rack B", variant: null });

  expect(turn.writer).toBe("big");
});

import { expect, test } from "vitest";
import { aMessage } from "../testing/a-message";
import { unheardTurn } from "../turn-state";
import { answerNow } from "./answer-now";

const anAnswer = aMessage({ role: "assistant", status: "running", turn_id: "t1", content: [] });

test("a running answer is what its turn has said", () => {
  const turn = { ...unheardTurn, answer: "So far", reasoning: "hm" };

  expect(answerNow(anAnswer, turn)).toMatchObject({ text: "So far", reasoning: "hm" });
});

test("a continued answer grows behind the words that were kept", () => {
  const kept = { ...anAnswer, content: [{ type: "text" as const, text: "Kept, " }] };

  expect(answerNow(kept, { ...unheardTurn, answer: "and more." }).text).toBe("Kept, and more.");
});

test("between the last event and the next look at the server, the turn says how it ended", () => {
  const turn = { ...unheardTurn, answer: "Done.", outcome: { kind: "stopped" as const } };

  expect(answerNow(anAnswer, turn)).toMatchObject({ text: "Done.", outcome: { kind: "stopped" } });
});

test("a stored answer ignores what a turn said", () => {
  const stored = aMessage({ role: "assistant", content: [{ type: "text", text: "Whole." }] });

  expect(answerNow(stored, { ...unheardTurn, answer: "Whole." }).text).toBe("Whole.");
});

import type { Model } from "../../../shared/api/types";
import type { TurnState } from "../turn-state";

/** Tokens are a guess until the model has told: so many letters are one, as the server's meter counts meanwhile. */
const lettersInToken = 4;
const perMillion = 1_000_000;
const hour = 3_600;

type Price = Model["price"];

export function tokensSoFar({ answer, reasoning }: Pick<TurnState, "answer" | "reasoning">) {
  return tokensIn(answer.length + reasoning.length);
}

const tokensIn = (letters: number) => Math.ceil(letters / lettersInToken);

type Written = Pick<
  TurnState,
  "answer" | "reasoning" | "context" | "stretches" | "writer" | "fromCache"
>;

/**
 * About what an answer cost as far as it is written, in millionths of a dollar: the same sum that the server makes at its
 * end, of what is known here. `priceOf` is asked with a writer, null being whoever was asked; `seconds` is how long it has
 * been at it, the wait for its place included, which the server leaves out. Null where the cost is not known, which is not nothing: without a price, while nobody told how much was read,
 * or where several wrote and one of them is paid by the hour.
 */
export function costSoFar(
  turn: Written,
  priceOf: (writer: string | null) => Price,
  seconds: number,
): number | null {
  if (turn.fromCache !== null) return null;
  let total = 0;
  let before = 0;
  for (const { writer, lettersByThen } of [...turn.stretches, lastStretch(turn)]) {
    const price = priceOf(writer);
    if (price === null || price.currency !== "USD") return null;
    if (price.hour_micros !== null) {
      return turn.stretches.length > 0 ? null : Math.round((price.hour_micros * seconds) / hour);
    }
    if (turn.context === null) return null;
    // Whoever goes on is given what others wrote, to read.
    const read = turn.context.total + tokensIn(before);
    total += read * price.input_micros + tokensIn(lettersByThen - before) * price.output_micros;
    before = lettersByThen;
  }
  return Math.round(total / perMillion);
}

function lastStretch({ answer, reasoning, writer }: Written) {
  return { writer, lettersByThen: answer.length + reasoning.length };
}

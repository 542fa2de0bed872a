import type { Model } from "../../../shared/api/types";
import type { TurnState } from "../turn-state";

/** Tokens are a guess until the model has told: so many letters are one, as the server's meter counts meanwhile. */
const lettersInToken = 4;
const perMillion = 1_000_000;

type Price = Model["price"];

export function tokensSoFar({ answer, reasoning }: Pick<TurnState, "answer" | "reasoning">) {
  return Math.ceil((answer.length + reasoning.length) / lettersInToken);
}

/**
 * About what an answer cost as far as it is written, in millionths of a dollar: the same sum that the server makes at its
 * end, of what is known here. Null where that is not known, which is not nothing: without a price, where time has one,
 * where two models wrote, or while nobody told how much was read.
 */
export function costSoFar(
  turn: Pick<TurnState, "answer" | "reasoning" | "context" | "switches" | "fromCache">,
  price: Price,
): number | null {
  const { context, switches, fromCache } = turn;
  if (price === null || price.currency !== "USD" || price.hour_micros !== null) return null;
  if (context === null || fromCache !== null) return null;
  if (switches.some(({ after }) => after !== null)) return null;
  const { input_micros, output_micros } = price;
  const total = context.total * input_micros + tokensSoFar(turn) * output_micros;
  return Math.round(total / perMillion);
}

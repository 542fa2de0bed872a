/** Routes and their targets in a few words each. */
import type { ModelRoute, RouteTarget } from "../../shared/api/types";
import { howOf, type How } from "./filled";
import { words } from "./words";

export const howWords: Record<How, string> = {
  "in-turn": words.inTurn,
  shared: words.shared,
  compared: words.compared,
  custom: words.custom,
};

/** “Asked in this order. The next goes on if one fails, or is full or asks to slow down.” */
export function factsOfRoute(route: ModelRoute): string {
  if (route.targets.length === 1) return "";
  const { failure, overload, context_too_long, refusal } = route.fallback;
  const reasons = [
    failure && words.reasons.failure,
    overload && words.reasons.overload,
    context_too_long && words.reasons.context_too_long,
    refusal && words.reasons.refusal,
  ].filter((reason) => reason !== false);
  const last = reasons.pop();
  const listed = reasons.length > 0 ? `${reasons.join(", ")}, or ${last}` : last;
  const next = listed === undefined ? words.nobodyGoesOn : words.nextGoesOn(listed);
  return `${howWords[howOf(route)]}. ${next}.`;
}

/** “8 at once, 20 may wait, up to 100,000 tokens, no images”; nothing where nothing was limited. */
export function factsOfTarget(target: RouteTarget): string {
  const facts = [
    target.variant !== null && words.variant(target.variant),
    target.rank !== null && target.rank > 0 && words.rank(target.rank),
    target.weight !== 1 && words.weighs(target.weight),
    target.running !== null && words.atOnce(target.running),
    target.waiting !== null && words.mayWait(target.waiting),
    target.max_input_tokens !== null && words.upTo(target.max_input_tokens),
    target.timeouts !== null && words.silentFor(target.timeouts.first_token),
    target.micro_batch !== null && words.gathers(target.micro_batch.batch_size),
    !target.images && words.noImages,
    !target.tools && words.noTools,
    target.completes && words.goesOn,
  ].filter((fact) => fact !== false);
  const text = facts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

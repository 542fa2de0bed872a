"""Which target a call goes to at this moment. It decides; it changes nothing and asks nobody."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from arcano.inference.call import Call
from arcano.inference.retry import Chance
from arcano.inference.routes import Route, Target, switch_reason
from arcano.inference.targets import LiveTarget
from arcano.inference.tokens.estimate_tokens import images_in, text_units, texts_in
from arcano.providers import USUAL_IMAGE_TOKENS

CAUTIOUS_CHARACTERS_PER_TOKEN = 3
"""A cautious estimate for European languages and code."""

Draw = Callable[[str], float]
"""A number above 0, up to 1, for a variant's name."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target of the route that this call may still be sent to."""

    target: Target
    live: LiveTarget


@dataclass(frozen=True, slots=True)
class Need:
    """What a call asks of a target. Tokens are estimated from all that is sent where nobody counted them."""

    input_tokens: int
    images: bool
    tools: bool
    rooms: Mapping[str, int] | None = None

    @classmethod
    def of(cls, call: Call) -> "Need":
        images = images_in(call.request)
        tokens = call.input_tokens
        if tokens is None:
            texts = sum(map(_cautious_tokens, texts_in(call.request)))
            tokens = math.ceil(texts) + images * USUAL_IMAGE_TOKENS
        return cls(tokens, images > 0, bool(call.request.tools), call.rooms)

    def fits(self, target: Target) -> bool:
        """Whether the target's conditions let this call pass."""
        return (
            self.fits_window(target)
            and (target.conditions.images or not self.images)
            and (target.conditions.tools or not self.tools)
        )

    def fits_window(self, target: Target) -> bool:
        limit = target.conditions.max_input_tokens
        room = None if self.rooms is None else self.rooms.get(target.id)
        return (limit is None or self.input_tokens <= limit) and (
            room is None or self.input_tokens <= room
        )


def _cautious_tokens(text: str) -> float:
    """By its length, or by its script: a Chinese character is nearly a token."""
    return max(len(text) / CAUTIOUS_CHARACTERS_PER_TOKEN, text_units(text))


def draw_for(route: Route, call: Call, chance: Chance) -> Draw:
    """The same numbers for every call of a conversation; others for calls without one."""
    conversation = call.conversation_id
    if conversation is None:
        return lambda _: 1.0 - chance()
    begun = sha256(f"{route.name}\0{conversation}\0".encode())

    def drawn(variant: str) -> float:
        named = begun.copy()
        named.update(variant.encode())
        return (int.from_bytes(named.digest()[:6]) + 0.5) / 2**48

    return drawn


def choose_target(route: Route, candidates: Sequence[Candidate], draw: Draw) -> Candidate | None:
    """The candidate to ask next, or None if none can be asked.

    Those whose breaker is open are passed over; but a lower rank is left for a higher one only where the
    route's fallback allows it for what the breaker opened for.
    """
    for rank in sorted({candidate.target.rank for candidate in candidates}):
        equals = [candidate for candidate in candidates if candidate.target.rank == rank]
        ready = [candidate for candidate in equals if candidate.live.breaker.lets_through]
        if ready:
            return _least_loaded(_of_drawn_variant(route, ready, draw))
        if not all(_may_be_left(route, candidate.live) for candidate in equals):
            return None
    return None


def choose_wavering(route: Route, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate to ask where all rest: the first that fails often but not always, or None.

    Of equals, the one that rests least. Who is left alone cannot fail, but cannot answer either.
    """
    for rank in sorted({candidate.target.rank for candidate in candidates}):
        equals = [candidate for candidate in candidates if candidate.target.rank == rank]
        wavering = [candidate for candidate in equals if candidate.live.breaker.wavers]
        if wavering:
            return min(wavering, key=lambda one: one.live.breaker.rests_for)
        if not all(_may_be_left(route, candidate.live) for candidate in equals):
            return None
    return None


def _may_be_left(route: Route, live: LiveTarget) -> bool:
    return route.fallback.allows(switch_reason(type(live.breaker.why_open())))


def drawn_variant(route: Route, rank: int, variants: set[str], draw: Draw) -> str:
    """One of the `variants` of a rank, drawn by weight.

    Each variant draws a number for itself, and the weight bends it (weighted rendezvous hashing): so a
    conversation stays with its variant when another one comes, goes or rests.
    """
    weights = dict.fromkeys(variants, 0.0)
    for target in route.targets:
        variant = target.variant or ""
        if target.rank == rank and variant in weights:
            weights[variant] += target.weight
    return min(sorted(variants), key=lambda variant: -math.log(draw(variant)) / weights[variant])


def _of_drawn_variant(route: Route, ready: list[Candidate], draw: Draw) -> list[Candidate]:
    variants = {candidate.target.variant or "" for candidate in ready}
    if len(variants) == 1:
        return ready
    drawn = drawn_variant(route, ready[0].target.rank, variants, draw)
    return [candidate for candidate in ready if (candidate.target.variant or "") == drawn]


def _least_loaded(equals: list[Candidate]) -> Candidate:
    return min(
        equals,
        key=lambda one: (one.live.calls / one.target.weight, one.live.chosen_as),
    )

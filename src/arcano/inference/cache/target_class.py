"""Who would answer a call if all were well: the answers of these targets are as good as each other."""

import random
from dataclasses import dataclass

from arcano.inference.call import Call
from arcano.inference.choose_target import Need, draw_for, drawn_variant
from arcano.inference.complete_prompts import is_bare
from arcano.inference.routes import Route, Target
from arcano.providers import ModelDirectory, ProviderError


@dataclass(frozen=True, slots=True)
class TargetClass:
    """The first choice of a route for one call. `described` tells one class from another."""

    target_ids: frozenset[str]
    described: tuple[tuple[str, ...], ...]


async def class_of(call: Call, route: Route, models: ModelDirectory) -> TargetClass | None:
    """The equals that are asked first, and of a comparison those of the drawn variant.

    None where that is drawn anew each time, or where nobody would be asked at all.
    """
    described: set[tuple[str, ...]] = set()
    target_ids: set[str] = set()
    bare = is_bare(call, call.request)
    for target in _first_choice(call, route):
        try:
            found = await models.seen_by(call.user_id).find(target.model_id)
        except ProviderError:
            continue
        target_ids.add(target.id)
        # What goes on with a text is no answer to it.
        how = ("bare",) if bare and target.completes else ()
        described.add(
            (target.model_id, target.variant or "", found.upstream_name, found.place, *how)
        )
    if not described:
        return None
    return TargetClass(frozenset(target_ids), tuple(sorted(described)))


def _first_choice(call: Call, route: Route) -> list[Target]:
    need = Need.of(call)
    fitting = [target for target in route.targets if need.fits(target)]
    if not fitting:
        return []
    rank = min(target.rank for target in fitting)
    equals = [target for target in fitting if target.rank == rank]
    variants = {target.variant or "" for target in equals}
    if len(variants) > 1:
        if call.conversation_id is None:
            return []
        variants = {drawn_variant(route, rank, variants, draw_for(route, call, random.random))}
    return [target for target in equals if (target.variant or "") in variants]

"""How much a chosen name can take: a model's own window, or what its route makes of its targets'."""

from collections.abc import Mapping
from contextlib import aclosing

import pytest
from tests.support.chat_house import an_inference
from tests.support.clock import StillClock
from tests.support.scripted_model import FINISHED, ScriptedModel
from typing_extensions import override

from arcano.inference import (
    Call,
    Conditions,
    Fallback,
    FixedRoutes,
    Route,
    Target,
    TargetChosen,
)
from arcano.providers import (
    FoundModel,
    ModelDirectory,
    ModelNotFoundError,
    ModelRequest,
    RequestMessage,
    TextDelta,
    TextPart,
)


class Shelf(ModelDirectory):
    """Models with windows. `looked_for` holds the names that were asked for."""

    def __init__(self, **windows: int | None) -> None:
        self.windows = windows
        self.looked_for: list[str] = []

    @override
    async def find(self, model_id: str) -> FoundModel:
        self.looked_for.append(model_id)
        if model_id not in self.windows:
            raise ModelNotFoundError(f"No model here is called {model_id!r}.")
        return FoundModel(
            ScriptedModel(TextDelta("Yes."), FINISHED), model_id, self.windows[model_id]
        )


def a_route(*models: str, context_too_long: bool = True) -> FixedRoutes:
    targets = tuple(Target(model, model, rank=rank) for rank, model in enumerate(models))
    fallback = Fallback(context_too_long=context_too_long)
    return FixedRoutes([Route("smart", targets, fallback)])


async def test_a_model_has_its_own_window() -> None:
    chosen = await an_inference(Shelf(small=8_000), StillClock()).look_up("small")

    assert (chosen.context_tokens, chosen.model_id, chosen.windows) == (8_000, "small", None)


async def test_a_route_that_may_go_on_elsewhere_has_the_window_of_its_largest_target() -> None:
    inference = an_inference(
        Shelf(small=8_000, large=128_000), StillClock(), a_route("small", "large")
    )

    chosen = await inference.look_up("smart")

    assert chosen.context_tokens == 128_000
    assert chosen.model_id == "small"
    assert chosen.windows == {"small": 8_000, "large": 128_000}


async def test_a_route_that_may_not_has_the_window_of_its_smallest() -> None:
    routes = a_route("small", "large", context_too_long=False)
    inference = an_inference(Shelf(small=8_000, large=128_000), StillClock(), routes)

    assert (await inference.look_up("smart")).context_tokens == 8_000


def conditioned(*, context_too_long: bool = True, most: Mapping[str, int | None]) -> FixedRoutes:
    """A route whose targets are only sent so much."""
    targets = tuple(
        Target(model, model, rank=rank, conditions=Conditions(max_input_tokens=tokens))
        for rank, (model, tokens) in enumerate(most.items())
    )
    return FixedRoutes([Route("smart", targets, Fallback(context_too_long=context_too_long))])


@pytest.mark.parametrize(
    ("windows", "most", "expected"),
    [
        ({"small": 8_000}, {"small": 3_000}, (8_000, 3_000)),
        ({"small": 8_000}, {"small": 9_000, "lost": None}, (8_000, 9_000)),
        # The larger window is of no use where less may be sent to it.
        ({"small": 8_000, "large": 128_000}, {"small": None, "large": 5_000}, (8_000, None)),
        ({"small": 8_000, "large": 128_000}, {"small": 2_000, "large": 5_000}, (128_000, 5_000)),
        # Of one of which nothing is known nothing is demanded.
        ({"small": 8_000, "unknown": None}, {"small": 2_000, "unknown": None}, (8_000, None)),
        ({"small": 8_000, "unknown": None}, {"small": 2_000, "unknown": 9_000}, (None, 9_000)),
    ],
)
async def test_a_route_takes_no_more_than_may_be_sent_to_one_of_its_targets(
    windows: dict[str, int | None],
    most: dict[str, int | None],
    expected: tuple[int | None, int | None],
) -> None:
    inference = an_inference(Shelf(**windows), StillClock(), conditioned(most=most))

    chosen = await inference.look_up("smart")

    assert (chosen.context_tokens, chosen.most_input_tokens) == expected


@pytest.mark.parametrize(("large", "most"), [(None, None), (5_000, 5_000)])
async def test_a_condition_binds_a_route_that_may_not_go_on_only_where_every_target_has_one(
    large: int | None, most: int | None
) -> None:
    routes = conditioned(context_too_long=False, most={"small": 2_000, "large": large})
    inference = an_inference(Shelf(small=8_000, large=128_000), StillClock(), routes)

    chosen = await inference.look_up("smart")

    assert (chosen.context_tokens, chosen.most_input_tokens) == (8_000, most)


async def test_a_target_that_nobody_finds_is_looked_for_once_a_minute() -> None:
    clock, shelf = StillClock(), Shelf(small=8_000, unknown=None)
    inference = an_inference(shelf, clock, a_route("gone", "small", "unknown"))

    for _ in range(3):
        assert (await inference.look_up("smart")).context_tokens == 8_000

    assert shelf.looked_for.count("gone") == 1


async def test_a_route_of_which_nothing_is_found_is_not_found() -> None:
    inference = an_inference(Shelf(), StillClock(), a_route("gone", "lost"))

    with pytest.raises(ModelNotFoundError, match="'gone'"):
        await inference.look_up("smart")


async def test_a_target_that_the_conversation_has_outgrown_is_passed_over() -> None:
    inference = an_inference(
        Shelf(small=8_000, large=128_000), StillClock(), a_route("small", "large")
    )
    request = ModelRequest("smart", (RequestMessage("user", (TextPart("Hello?"),)),))
    rooms = {"small": 6_000, "large": 96_000}

    async def answerer(tokens: int) -> str:
        call = Call(request, "ada", input_tokens=tokens, rooms=rooms)
        async with aclosing(inference.stream(call)) as events:
            (target,) = [e.target_id async for e in events if isinstance(e, TargetChosen)]
        return target

    assert await answerer(5_000) == "small"
    assert await answerer(7_000) == "large"

"""Targets that fail again and again are left alone, come back, and operators see how they are."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.fast_time import in_fast_time
from tests.support.inference_bench import Bench, a_call, in_order
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from tests.support.storyteller import STORY, Mishap, Storyteller

from arcano.inference import (
    Bounds,
    BreakerRules,
    Fallback,
    RetryRules,
    Route,
    Target,
)
from arcano.inference.routes import UNBOUNDED
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    TextDelta,
    WireRequest,
)

GONE = ProviderUnreachableError("East cannot be reached.")


RULES = BreakerRules(fewest_calls=3, rest=timedelta(seconds=60))


def test_a_target_that_fails_again_and_again_is_passed_over_and_comes_back() -> None:
    east = Storyteller(*[Mishap(failure=GONE)] * 3)
    bench = Bench({"east": east, "west": Storyteller()}, in_order("east", "west"), rules=RULES)

    async def ask() -> list[list[str]]:
        told = [await bench.hear(a_call("route")) for _ in range(4)]
        await asyncio.sleep(RULES.rest.total_seconds())
        told.append(await bench.hear(a_call("route")))
        return [one.targets for one in told]

    assert in_fast_time(ask()) == [["east", "west"]] * 3 + [["west"], ["east"]]


def east_only(bounds: Bounds = UNBOUNDED) -> Route:
    """A route of one target. A model that no route names is never left alone."""
    return Route("east", (Target("east", "east", bounds=bounds),))


def test_where_every_target_is_left_alone_the_reason_is_told_at_once() -> None:
    east = Storyteller(Mishap(failure=ProviderRefusedKeyError("The key of East is revoked.")))
    bench = Bench({"east": east}, east_only(), rules=RULES)

    async def ask() -> None:
        await bench.hear(a_call("east"))

        told = await bench.hear(a_call("east"))

        assert told.events == []
        assert isinstance(told.error, ProviderRefusedKeyError)
        assert told.error.detail.startswith("The key of East is revoked.")
        assert told.error.retry_after == RULES.rest

    in_fast_time(ask())
    assert len(east.asked) == 1


def test_where_all_rest_the_one_that_fails_only_often_is_asked_all_the_same() -> None:
    gone, fine = Mishap(failure=GONE), Mishap()
    east = Storyteller(*[gone] * 20)
    west = Storyteller(fine, gone, gone, gone)
    route = replace(in_order("east", "west"), retry=RetryRules(attempts=1))
    bench = Bench({"east": east, "west": west}, route, rules=RULES)

    async def ask() -> list[bool]:
        return [(await bench.hear(a_call("route"))).error is None for _ in range(6)]

    assert in_fast_time(ask()) == [True, False, False, False, True, True]
    assert bench.targets.live(route.targets[1]).breaker.state == "closed"
    assert len(east.asked) == 3, "who answered nothing at all is left alone"


def test_whoever_still_waits_when_a_target_is_left_alone_does_not_ask_it() -> None:
    pause = Pause()
    east = ScriptedModel(pause, ProviderRefusedKeyError("The key of East is revoked."))
    bench = Bench({"east": east}, east_only(Bounds(running=1, waiting=1)), rules=RULES)

    async def ask() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bench.hear(a_call("east")))
            await pause.reached.wait()
            async with aclosing(bench.stream(a_call("east"))) as events:
                await anext(events)
                await anext(events)
                pause.go_on()
                with pytest.raises(ProviderRefusedKeyError):
                    _ = [event async for event in events]

        assert len(east.asked) == 1

    in_fast_time(ask())


def test_a_mended_connection_is_asked_at_once() -> None:
    east = Storyteller(Mishap(failure=ProviderRefusedKeyError("The key of East is revoked.")))
    bench = Bench({"east": east}, east_only(), rules=RULES)

    async def ask() -> str:
        await bench.hear(a_call("east"))
        bench.inference.connections_changed()
        return (await bench.hear(a_call("east"))).text

    assert in_fast_time(ask()) == STORY


def test_retries_end_when_the_breaker_opens() -> None:
    east = Storyteller(*[Mishap(failure=GONE)] * 9)
    bench = Bench({"east": east}, east_only(), rules=BreakerRules(fewest_calls=2))

    told = bench.ask(a_call("east"))

    assert told.error is GONE
    assert len(east.asked) == 2


def test_a_route_that_may_not_fall_back_does_not_pass_over_either() -> None:
    east = Storyteller(*[Mishap(failure=GONE)] * 3)
    route = in_order("east", "west", fallback=Fallback(failure=False))
    bench = Bench({"east": east, "west": Storyteller()}, route, rules=RULES)

    async def ask() -> None:
        for _ in range(4):
            told = await bench.hear(a_call("route"))
            assert isinstance(told.error, ProviderUnreachableError)

    in_fast_time(ask())
    assert len(east.asked) == 3


def test_a_probe_whose_reader_goes_away_leaves_the_next_call_to_try() -> None:
    pause = Pause()
    failing = Storyteller(Mishap(failure=ProviderRefusedKeyError("Revoked.")))
    bench = Bench({"east": failing}, rules=RULES)

    async def ask() -> str:
        await bench.hear(a_call("east"))
        await asyncio.sleep(RULES.rest.total_seconds())
        bench.models.models["east"] = ScriptedModel(pause, FINISHED)
        async with asyncio.TaskGroup() as tasks:
            probing = tasks.create_task(bench.hear(a_call("east")))
            await pause.reached.wait()
            probing.cancel()
        bench.models.models["east"] = Storyteller()
        return (await bench.hear(a_call("east"))).text

    assert in_fast_time(ask()) == STORY


def test_a_probe_that_cannot_be_said_in_the_targets_words_leaves_the_next_call_to_try() -> None:
    east = Storyteller(*[Mishap(failure=GONE)] * 3)
    bench = Bench({"east": east}, east_only(), rules=RULES)
    plain = a_call("east")
    wire = WireRequest("openai-chat", {"logprobs": True}, beyond=("logprobs",))
    unsayable = replace(plain, request=replace(plain.request, wire=wire))

    async def ask() -> tuple[ArcanoError | None, str]:
        await bench.hear(plain)
        await asyncio.sleep(RULES.rest.total_seconds())
        refused = await bench.hear(unsayable)
        return refused.error, (await bench.hear(plain)).text

    error, text = in_fast_time(ask())

    assert isinstance(error, ProviderRejectedRequestError)
    assert text == STORY


def test_operators_see_every_target_its_calls_and_what_went_wrong() -> None:
    pause = Pause()
    models = {
        "east": ScriptedModel(TextDelta("Once "), pause, FINISHED),
        "west": Storyteller(Mishap(failure=GONE)),
    }
    bench = Bench(models, in_order("east", "west"), bounds=Bounds(running=1, waiting=5))

    async def look() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bench.hear(a_call("route")))
            await pause.reached.wait()
            await bench.hear(a_call("west"))
            states = {state.target_id: state for state in await bench.lookout.targets()}
            pause.go_on()

        assert set(states) == {"east", "west"}
        assert (states["east"].running, states["east"].waiting) == (1, 0)
        assert states["west"].breaker == "closed"
        assert [failure.code for failure in states["west"].failures] == ["provider-unreachable"]

    in_fast_time(look())


def test_operators_see_how_fast_a_target_writes() -> None:
    bench = Bench({"east": Storyteller(Mishap(after=70, silent_for=4))})

    async def look() -> float | None:
        await bench.hear(a_call("east"))
        [state] = await bench.lookout.targets()
        return state.tokens_per_second

    assert in_fast_time(look()) == len(STORY) / 4


def test_operators_see_how_soon_a_target_begins() -> None:
    """Of each attempt by itself: the wait in a line, and what failed before, are not the target's."""
    slow, quick = Mishap(silent_for=9), Mishap(silent_for=2)
    bench = Bench({"east": Storyteller(slow, quick, quick, Mishap(failure=GONE))})

    async def look() -> timedelta | None:
        for _ in range(4):
            await bench.hear(a_call("east"))
        [state] = await bench.lookout.targets()
        return state.first_word

    assert in_fast_time(look()) == timedelta(seconds=2)

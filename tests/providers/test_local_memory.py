"""Several models within one budget: who stays, who makes room, and who is never put out."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.local_engine import (
    KnownFile,
    Workbench,
    a_question,
    a_workbench,
    all_events,
    failure_of,
    finish_of,
)

from arcano.providers.errors import LocalEngineError
from arcano.providers.events import ModelEvent, PhaseEntered, TextDelta
from arcano.providers.local import Host

pytestmark = pytest.mark.local_engine

GB = 10**9
# Of a file of a megabyte with two places the plan takes 274 MB, most of it the engine's own.
ROOM_FOR_TWO = "600 MB"


def a_large_machine() -> Host:
    return Host(cores=2, memory_bytes=16 * GB, free_memory_bytes=16 * GB)


@asynccontextmanager
async def three_models(tiny: Path, slow: Path, **settings: Any) -> AsyncGenerator[Workbench]:
    chosen: dict[str, Any] = {"memory": ROOM_FOR_TWO, **settings}
    async with a_workbench(host=a_large_machine, **chosen) as bench:
        bench.files.add(KnownFile("one", tiny))
        bench.files.add(KnownFile("two", tiny))
        bench.files.add(KnownFile("slow", slow))
        yield bench


def loaded_in(bench: Workbench) -> set[str]:
    return {name for name in ("one", "two", "slow") if bench.engine.is_loaded(name)}


async def test_as_many_models_stay_as_the_budget_holds_and_the_one_asked_longest_ago_goes(
    tiny_gguf: Path, slow_gguf: Path
) -> None:
    async with three_models(tiny_gguf, slow_gguf) as bench:
        await all_events(bench.model, a_question("one", tokens=1))
        await all_events(bench.model, a_question("two", tokens=1))
        both = loaded_in(bench)
        await all_events(bench.model, a_question("one", tokens=1))

        await all_events(bench.model, a_question("slow", tokens=1))

        assert both == {"one", "two"}
        assert loaded_in(bench) == {"one", "slow"}


async def test_a_model_that_answers_stays_although_it_was_asked_longest_ago(
    tiny_gguf: Path, slow_gguf: Path
) -> None:
    async with (
        three_models(tiny_gguf, slow_gguf) as bench,
        aclosing(bench.model.stream(a_question("slow", tokens=None))) as busy,
    ):
        async for event in busy:
            if isinstance(event, TextDelta):
                break
        await all_events(bench.model, a_question("one", tokens=1))

        await all_events(bench.model, a_question("two", tokens=1))

        assert loaded_in(bench) == {"slow", "two"}
        assert isinstance(await anext(busy), TextDelta)


async def test_who_waits_for_room_holds_up_nobody_at_a_model_that_stays(
    tiny_gguf: Path, slow_gguf: Path
) -> None:
    async with three_models(tiny_gguf, slow_gguf) as bench:
        bench.files.add(KnownFile("stays", slow_gguf))
        first = await writing(bench, "slow")
        second = await writing(bench, "stays")
        async with asyncio.TaskGroup() as tasks:
            newcomer = tasks.create_task(all_events(bench.model, a_question("one", tokens=2)))
            await asyncio.sleep(0)

            # `slow` was asked longest ago, so that it is to make room; `stays` takes who comes.
            beside = await all_events(bench.model, a_question("stays", tokens=2))
            late = tasks.create_task(all_events(bench.model, a_question("slow", tokens=2)))
            await asyncio.sleep(0.1)
            waits = not newcomer.done() and not late.done()
            await first.aclose()
            await newcomer
            await second.aclose()

    assert waits
    assert not any(isinstance(event, PhaseEntered) for event in beside)
    assert newcomer.result()[0] == PhaseEntered("waiting", position=1)
    assert late.result()[0] == PhaseEntered("waiting", position=2)
    assert finish_of(late.result()).reason == "length"


async def writing(bench: Workbench, model: str) -> AsyncGenerator[ModelEvent]:
    """A long answer of `model` that has its first word."""
    events = bench.model.stream(a_question(model, tokens=None))
    async for event in events:
        if isinstance(event, TextDelta):
            break
    return events


async def test_a_pinned_model_never_makes_room_nor_leaves_for_idleness(
    tiny_gguf: Path, slow_gguf: Path
) -> None:
    async with three_models(
        tiny_gguf, slow_gguf, pinned=("one",), unload_after=0.05, memory="310 MB"
    ) as bench:
        await all_events(bench.model, a_question("one", tokens=1))
        await asyncio.sleep(0.2)

        failure = await failure_of(bench, a_question("two", tokens=1))

        assert loaded_in(bench) == {"one"}
        assert "local.memory" in failure.detail


async def test_pinned_models_that_take_every_place_are_named_as_the_reason(
    tiny_gguf: Path, slow_gguf: Path
) -> None:
    async with three_models(tiny_gguf, slow_gguf, pinned=("one",), max_loaded=1) as bench:
        await all_events(bench.model, a_question("one", tokens=1))

        failure = await failure_of(bench, a_question("two", tokens=1))

    assert "beside the models that are pinned" in failure.detail


async def test_a_model_that_is_loaded_small_beside_busy_ones_still_answers(
    tiny_gguf: Path, slow_gguf: Path
) -> None:
    hungry = KnownFile("hungry", tiny_gguf, context_bytes_per_token=40_000)
    async with three_models(tiny_gguf, slow_gguf, parallel=None, memory="800 MB") as bench:
        bench.files.add(hungry)
        async with aclosing(bench.model.stream(a_question("slow", tokens=None))) as busy:
            async for event in busy:
                if isinstance(event, TextDelta):
                    break
            beside = await all_events(bench.model, a_question("hungry", tokens=2))
            small = bench.engine.state_of(hungry).parallel
        await bench.engine.unload("slow")
        await bench.engine.unload("hungry")

        await all_events(bench.model, a_question("hungry", tokens=2))

        assert PhaseEntered("waiting", position=1) not in beside
        assert small is not None
        assert (bench.engine.state_of(hungry).parallel or 0) > small


async def test_the_budget_and_what_is_used_of_it_are_told(tiny_gguf: Path, slow_gguf: Path) -> None:
    async with three_models(tiny_gguf, slow_gguf) as bench:
        nothing = bench.engine.memory()
        await all_events(bench.model, a_question("one", tokens=1))
        one = bench.engine.memory()

    assert (nothing.budget_bytes, nothing.used_bytes) == (600_000_000, 0)
    assert one.used_bytes > 20_000_000


async def test_a_model_too_large_for_the_budget_is_refused_although_the_machine_has_room(
    tiny_gguf: Path, slow_gguf: Path
) -> None:
    async with three_models(tiny_gguf, slow_gguf) as bench:
        bench.files.add(KnownFile("large", tiny_gguf, size_bytes=5 * GB))

        with pytest.raises(LocalEngineError, match=r"needs about 5\.3 GB .* are 0\.6 GB for it"):
            await all_events(bench.model, a_question("large"))


async def test_what_is_free_on_the_machine_counts_where_it_is_less_than_the_budget(
    tiny_gguf: Path,
) -> None:
    def a_full_machine() -> Host:
        return Host(cores=2, memory_bytes=16 * GB, free_memory_bytes=GB // 10)

    async with a_workbench(host=a_full_machine) as bench:
        bench.files.add(KnownFile("one", tiny_gguf))
        failure = await failure_of(bench, a_question("one"))

    assert "are 0.1 GB for it" in failure.detail

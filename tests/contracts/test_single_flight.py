"""What those who ask the same at the same time are promised, at one server as at two that share a Redis.

One suite for both ways: the calls that a process shares (`shared_answer`), and the leases by which servers wait for each other.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tests.support.answer_bench import AnswerBench, a_question, anew, answer_bench, labels
from tests.support.clock import StillClock
from tests.support.inference_bench import Told
from tests.support.redis import UNHURRIED, a_corner, a_redis
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from tests.support.storyteller import STORY, Mishap, Storyteller

from arcano.inference import CacheSettings, Call, UsageCounted
from arcano.inference.cache.answer_store import StoreRules
from arcano.inference.cache.redis_store import redis_answers
from arcano.providers import (
    ChatModel,
    ModelFinished,
    ProviderOverloadedError,
    TextDelta,
)

RULES = StoreRules(timedelta(hours=1), 1_000_000)
BUSY = ProviderOverloadedError("East is busy.")
A_WHILE = 0.3
"""Longer than a server takes to see that another one is answering."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Two ways in, which may be the same server."""

    first: AnswerBench
    second: AnswerBench


Kind = Callable[
    [pytest.FixtureRequest, ChatModel, CacheSettings], AbstractAsyncContextManager[Doors]
]


@pytest.fixture(scope="module")
def redis_url() -> Generator[str]:
    with a_redis() as url:
        yield url


@asynccontextmanager
async def one_server(
    _: pytest.FixtureRequest, east: ChatModel, settings: CacheSettings
) -> AsyncGenerator[Doors]:
    async with answer_bench({"east": east}, settings=settings) as bench:
        yield Doors(bench, bench)


@asynccontextmanager
async def two_servers(
    request: pytest.FixtureRequest, east: ChatModel, settings: CacheSettings
) -> AsyncGenerator[Doors]:
    url: str = request.getfixturevalue("redis_url")
    async with (
        a_corner(url) as corner,
        redis_answers(
            url, RULES, StillClock(), namespace=corner.namespace, patience=UNHURRIED
        ) as here,
        redis_answers(
            url, RULES, StillClock(), namespace=corner.namespace, patience=UNHURRIED
        ) as there,
        answer_bench({"east": east}, store=here, settings=settings) as first,
        answer_bench({"east": east}, store=there, settings=settings) as second,
    ):
        yield Doors(first, second)
        await asyncio.sleep(0)
        assert [key for key in await corner.keys() if ":lease:" in key] == []


Open = Callable[..., AbstractAsyncContextManager[Doors]]


@pytest.fixture(
    params=[pytest.param(one_server, id="one server"), pytest.param(two_servers, id="two servers")]
)
def doors(request: pytest.FixtureRequest) -> Open:
    """Opens the doors to a model."""
    kind: Kind = request.param

    def open_(
        east: ChatModel, settings: CacheSettings | None = None
    ) -> AbstractAsyncContextManager[Doors]:
        return kind(request, east, settings or CacheSettings(answers="all"))

    return open_


async def both(doors: Doors, first: Call, second: Call, pause: Pause) -> tuple[Told, Told]:
    """What two hear, of whom the second asks while the first is being answered."""
    async with asyncio.TaskGroup() as tasks:
        one = tasks.create_task(doors.first.ask(first))
        await pause.reached.wait()
        other = tasks.create_task(doors.second.ask(second))
        await asyncio.sleep(A_WHILE)
        pause.go_on()
    return one.result(), other.result()


def slow(*texts: str) -> tuple[ScriptedModel, Pause]:
    """A model that falls silent after the first of the texts."""
    pause = Pause()
    first, *others = map(TextDelta, texts)
    return ScriptedModel(first, pause, *others, FINISHED), pause


async def test_two_who_ask_the_same_are_one_call_and_the_second_is_told_so(doors: Open) -> None:
    east, pause = slow("One, ", "two.")
    async with doors(east) as opened:
        first, second = await both(opened, a_question(), a_question(), pause)

    assert len(east.asked) == 1
    assert (first.text, second.text) == ("One, two.", "One, two.")
    assert (labels(first), labels(second)) == ([], ["together"])
    assert opened.second.cache.counts.together == 1


async def test_what_it_cost_is_told_once_and_to_the_other_as_saved(doors: Open) -> None:
    east, pause = slow("One, ", "two.")
    async with doors(east) as opened:
        told = await both(opened, a_question(), a_question(), pause)

    counted = [one for heard in told for one in heard.of(UsageCounted)]
    assert [one.from_cache for one in counted] == [False, True]
    assert [one.usage for heard in told for one in heard.of(ModelFinished)] == [
        FINISHED.usage,
        None,
    ]


async def test_a_call_that_fails_before_its_first_word_is_tried_by_who_waited_for_it(
    doors: Open,
) -> None:
    east = Storyteller(Mishap(failure=BUSY))
    async with doors(east) as opened:
        first, second = await asyncio.gather(
            opened.first.ask(a_question()), opened.second.ask(a_question())
        )

    assert len(east.asked) == 2
    assert {first.error, second.error} == {BUSY, None}
    assert STORY in (first.text, second.text)


async def test_who_stops_takes_nothing_from_who_waits(doors: Open) -> None:
    east, pause = slow("One, ", "two.")
    async with doors(east) as opened, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(opened.first.ask(a_question()))
        await pause.reached.wait()
        second = tasks.create_task(opened.second.ask(a_question()))
        await asyncio.sleep(A_WHILE)
        first.cancel()
        await asyncio.wait({first})
        pause.go_on()

        told = await second

    assert (told.text, told.error) == ("One, two.", None)


async def test_a_person_does_not_wait_at_the_side_of_a_batch(doors: Open) -> None:
    east, pause = slow("One, ", "two.")
    async with doors(east) as opened:
        row = replace(a_question(), priority="batch")
        _, person = await both(opened, row, a_question(), pause)

    assert len(east.asked) == 2
    assert labels(person) == []


async def test_who_asks_anew_waits_for_nobody(doors: Open) -> None:
    east, pause = slow("One, ", "two.")
    async with doors(east) as opened:
        _, second = await both(opened, a_question(), anew(a_question()), pause)

    assert len(east.asked) == 2
    assert labels(second) == []


async def test_two_people_do_not_wait_for_each_other(doors: Open) -> None:
    east, pause = slow("One, ", "two.")
    async with doors(east) as opened:
        ada, ben = a_question(user="ada"), a_question(user="ben")
        _, second = await both(opened, ada, ben, pause)

    assert len(east.asked) == 2
    assert labels(second) == []


async def test_nobody_waits_for_an_answer_that_will_not_be_kept(doors: Open) -> None:
    east, pause = slow("x" * 200, "y")
    asked_meanwhile = 0
    async with doors(east, CacheSettings(answers="all", max_answer_bytes=100)) as opened:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(opened.first.ask(a_question()))
            await pause.reached.wait()
            second = tasks.create_task(opened.second.ask(a_question()))
            await asyncio.sleep(A_WHILE)
            asked_meanwhile = len(east.asked)
            pause.go_on()
        told = second.result()

    assert asked_meanwhile == 2
    assert told.text == "x" * 200 + "y"


async def test_after_both_the_answer_is_kept_for_the_next(doors: Open) -> None:
    east, pause = slow("One, ", "two.")
    async with doors(east) as opened:
        await both(opened, a_question(), a_question(), pause)

        told = [await bench.ask(a_question()) for bench in (opened.first, opened.second)]

    assert [labels(one) for one in told] == [["same"], ["same"]]
    assert len(east.asked) == 1

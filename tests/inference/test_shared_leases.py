"""Servers that wait for each other's answers: one that dies, one that takes long, and a Redis that goes meanwhile."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import cast

import pytest
from redis.asyncio import Redis as AsyncRedis
from tests.support.answer_bench import AnswerBench, a_question, answer_bench, labels
from tests.support.clock import StillClock
from tests.support.redis import UNHURRIED, OwnRedis, own_redis
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel

from arcano.inference.cache.answer_store import StoreRules
from arcano.inference.cache.redis_store import ANSWER_WITHIN, RedisAnswers, redis_answers
from arcano.inference.cache.sealed_store import lying_in_redis
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.keys import FixedKeys, Key, KeyRing, new_key
from arcano.platform.secrets.texts import PLAIN, Texts
from arcano.providers import ChatModel, TextDelta

RULES = StoreRules(timedelta(hours=1), 1_000_000)
LEASE = timedelta(seconds=1.2)
PLACE = (b"\x01digest", "interactive")


@pytest.fixture
def redis() -> Generator[OwnRedis]:
    with own_redis() as redis:
        yield redis


@asynccontextmanager
async def servers(
    redis: OwnRedis,
    east: ChatModel,
    count: int,
    *,
    patience: timedelta = UNHURRIED,
    texts: Texts = PLAIN,
) -> AsyncGenerator[list[AnswerBench]]:
    """So many servers that share a Redis and ask the same model. `texts` says how answers lie in it."""
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(
                redis_answers(redis.url, RULES, StillClock(), lease=LEASE, patience=patience)
            )
            for _ in range(count)
        ]
        yield [
            await stack.enter_async_context(
                answer_bench({"east": east}, store=lying_in_redis(store, texts))
            )
            for store in stores
        ]


def sealing_with(key: Key) -> Texts:
    return Texts(SecretBox(FixedKeys(KeyRing((key,)))), sealing=True)


@asynccontextmanager
async def leases(redis: OwnRedis) -> AsyncGenerator[RedisAnswers]:
    async with redis_answers(
        redis.url, RULES, StillClock(), lease=LEASE, patience=UNHURRIED
    ) as store:
        yield store


async def lease_keys(redis: OwnRedis) -> list[bytes]:
    """What is held just now."""
    async with AsyncRedis.from_url(redis.url) as client:  # pyright: ignore[reportUnknownMemberType]  # the library's
        found = cast("AsyncIterator[bytes]", client.scan_iter("*:lease:*"))  # pyright: ignore[reportUnknownMemberType]  # the library's
        return [key async for key in found]


def a_model(*, pause: Pause | None = None) -> ScriptedModel:
    lines = (TextDelta("One, "), *((pause,) if pause else ()), TextDelta("two."), FINISHED)
    return ScriptedModel(*lines)


async def test_a_place_is_one_holders_until_it_is_left(redis: OwnRedis) -> None:
    async with leases(redis) as store:
        assert await store.take(PLACE, "ada")
        assert await store.take(PLACE, "ada")
        assert not await store.take(PLACE, "ben")
        assert await store.take((PLACE[0], "batch"), "ben")
        await store.leave(PLACE, "ben")
        assert not await store.take(PLACE, "ben")
        await store.leave(PLACE, "ada")
        assert await store.take(PLACE, "ben")


async def test_who_was_away_for_too_long_does_not_end_the_lease_of_who_took_over(
    redis: OwnRedis,
) -> None:
    async with leases(redis) as store:
        await store.take(PLACE, "away")
        await asyncio.sleep(LEASE.total_seconds() + 0.1)
        taken_over = await store.take(PLACE, "ben")

        still_has_it = await store.take(PLACE, "away")
        await store.leave(PLACE, "away")

        assert (taken_over, still_has_it) == (True, False)
        assert not await store.take(PLACE, "another")


async def test_a_server_that_died_is_replaced_when_its_lease_has_run_out(redis: OwnRedis) -> None:
    pause = Pause()
    east = a_model(pause=pause)
    async with servers(redis, east, 1) as (other,), AsyncRedis.from_url(redis.url) as client:  # pyright: ignore[reportUnknownMemberType]  # the library's
        async with servers(redis, east, 1) as (dying,), asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(dying.ask(a_question()))
            await pause.reached.wait()
            (lease,) = await lease_keys(redis)
            asking.cancel()
        # What a process leaves behind that was killed: its lease, and nobody to take it on.
        await client.set(lease, "a dead server", px=round(LEASE.total_seconds() * 1000))
        pause.go_on()
        began = time.monotonic()

        told = await other.ask(a_question())

        waited = time.monotonic() - began

    assert (told.text, labels(told)) == ("One, two.", [])
    assert len(east.asked) == 2
    assert LEASE.total_seconds() / 2 < waited < LEASE.total_seconds() + 10


async def test_an_answer_that_takes_longer_than_a_lease_is_still_one_call(redis: OwnRedis) -> None:
    pause = Pause()
    east = a_model(pause=pause)
    async with servers(redis, east, 3) as benches, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(benches[0].ask(a_question()))
        await pause.reached.wait()
        others = [tasks.create_task(bench.ask(a_question())) for bench in benches[1:]]
        await asyncio.sleep(3 * LEASE.total_seconds())
        pause.go_on()
        told = [await task for task in (first, *others)]

    assert len(east.asked) == 1
    assert [labels(one) for one in told] == [[], ["together"], ["together"]]
    assert {one.text for one in told} == {"One, two."}


async def test_servers_whose_answers_lie_sealed_wait_for_each_other_too(redis: OwnRedis) -> None:
    pause = Pause()
    east = a_model(pause=pause)
    key = new_key(place="a test")
    async with (
        servers(redis, east, 2, texts=sealing_with(key)) as (one, other),
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(one.ask(a_question()))
        await pause.reached.wait()
        second = tasks.create_task(other.ask(a_question()))
        await asyncio.sleep(0.2)
        pause.go_on()
        told = [await first, await second]

    assert len(east.asked) == 1
    assert [labels(one) for one in told] == [[], ["together"]]


async def test_a_server_with_another_key_asks_once_it_was_waited_for_in_vain(
    redis: OwnRedis,
) -> None:
    pause = Pause()
    east = a_model(pause=pause)
    keys = [sealing_with(new_key(place="a test")) for _ in range(2)]
    async with (
        servers(redis, east, 1, texts=keys[0]) as (one,),
        servers(redis, east, 1, texts=keys[1]) as (other,),
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(one.ask(a_question()))
        await pause.reached.wait()
        second = tasks.create_task(other.ask(a_question()))
        await asyncio.sleep(0.2)
        pause.go_on()
        told = [await first, await second]

    assert [one.text for one in told] == ["One, two.", "One, two."]
    assert [labels(one) for one in told] == [[], []]


async def test_who_stops_waiting_leaves_the_answer_to_who_is_asking(redis: OwnRedis) -> None:
    pause = Pause()
    east = a_model(pause=pause)
    async with servers(redis, east, 2) as (one, other), asyncio.TaskGroup() as tasks:
        first = tasks.create_task(one.ask(a_question()))
        await pause.reached.wait()
        waiting = tasks.create_task(other.ask(a_question()))
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.wait({waiting})
        pause.go_on()
        told = await first

    assert (told.text, len(east.asked)) == ("One, two.", 1)


async def test_without_a_redis_each_server_asks_by_itself(redis: OwnRedis) -> None:
    redis.stop()
    pause = Pause()
    east = a_model(pause=pause)
    async with servers(redis, east, 2) as (one, other), asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(bench.ask(a_question())) for bench in (one, other)]
        async with asyncio.timeout(30):
            while len(east.asked) < 2:  # noqa: ASYNC110 - the model tells nobody
                await asyncio.sleep(0.01)
        pause.go_on()
        told = [await task for task in both]

    assert [(one.text, one.error, labels(one)) for one in told] == [("One, two.", None, [])] * 2


@pytest.mark.parametrize("mishap", ["stop", "freeze"])
async def test_a_redis_that_goes_while_somebody_waits_lets_them_ask(
    redis: OwnRedis, mishap: str
) -> None:
    pause = Pause()
    east = a_model(pause=pause)
    async with (
        servers(redis, east, 2, patience=ANSWER_WITHIN) as (one, other),
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(one.ask(a_question()))
        await pause.reached.wait()
        second = tasks.create_task(other.ask(a_question()))
        await asyncio.sleep(0.2)
        asked_before = len(east.asked)
        getattr(redis, mishap)()
        async with asyncio.timeout(30):
            while len(east.asked) < 2:  # noqa: ASYNC110 - the model tells nobody
                await asyncio.sleep(0.01)
        pause.go_on()
        told = [await first, await second]
        if mishap == "freeze":
            redis.thaw()

    assert asked_before == 1
    assert [(one.text, one.error) for one in told] == [("One, two.", None)] * 2

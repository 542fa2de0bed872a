"""Answers in a Redis that goes, hangs and comes back: what is lost is a miss, and nobody waits for it."""

import asyncio
import time
from collections.abc import Generator
from datetime import timedelta

import pytest
from tests.support.answer_bench import KEPT, a_question, answer_bench, labels
from tests.support.clock import StillClock
from tests.support.redis import UNHURRIED, OwnRedis, own_redis
from tests.support.storyteller import STORY, Storyteller

from arcano.inference.cache.answer_store import StoredAnswer, StoreRules, StoreSizes
from arcano.inference.cache.redis_store import ANSWER_WITHIN, REST, RedisAnswers, redis_answers
from arcano.platform.errors import StorageError

RULES = StoreRules(timedelta(hours=1), 1_000_000)


@pytest.fixture
def redis() -> Generator[OwnRedis]:
    with own_redis() as redis:
        yield redis


async def kept_again(store: RedisAnswers, clock: StillClock) -> bool:
    """Whether something can be kept and found now."""
    answer = StoredAnswer(b"Yes.", "ada", clock.now())
    await store.put(b"one", answer)
    return await store.get(b"one") == answer


async def test_a_redis_that_was_never_there_is_an_empty_cache() -> None:
    clock = StillClock()
    async with redis_answers("unix:///nowhere/redis.sock", RULES, clock) as store:
        assert not await kept_again(store, clock)
        assert await store.sizes() == StoreSizes(0, 0)


async def test_a_redis_that_went_is_a_miss_and_one_that_came_back_is_used_again(
    redis: OwnRedis,
) -> None:
    clock = StillClock()
    async with redis_answers(redis.url, RULES, clock, patience=UNHURRIED) as store:
        assert await kept_again(store, clock)
        redis.stop()
        gone = await kept_again(store, clock)
        redis.start()
        await asyncio.sleep(REST.total_seconds())

        assert not gone
        assert await kept_again(store, clock)


async def test_a_redis_that_hangs_holds_nobody_up_for_long(redis: OwnRedis) -> None:
    clock = StillClock()
    async with redis_answers(redis.url, RULES, clock) as store:
        assert await kept_again(store, clock)
        redis.freeze()
        started = time.monotonic()
        for _ in range(20):
            assert await store.get(b"one") is None
        waited = time.monotonic() - started
        redis.thaw()
        await asyncio.sleep(REST.total_seconds())

        assert waited < ANSWER_WITHIN.total_seconds() + 1
        assert await kept_again(store, clock)


async def test_what_could_not_be_forgotten_is_told(redis: OwnRedis) -> None:
    async with redis_answers(redis.url, RULES, StillClock(), patience=UNHURRIED) as store:
        redis.stop()

        with pytest.raises(StorageError, match="not dropped"):
            await store.forget()


async def test_a_question_is_answered_while_redis_is_gone(redis: OwnRedis) -> None:
    async with redis_answers(redis.url, RULES, StillClock(), patience=UNHURRIED) as store:
        redis.stop()
        async with answer_bench({"east": Storyteller()}, settings=KEPT, store=store) as bench:
            told = [await bench.ask(a_question()) for _ in range(2)]

    assert [(one.text, one.error, labels(one)) for one in told] == [(STORY, None, [])] * 2


async def test_two_servers_answer_for_each_other(redis: OwnRedis) -> None:
    east = Storyteller()
    async with (
        redis_answers(redis.url, RULES, StillClock(), patience=UNHURRIED) as here,
        redis_answers(redis.url, RULES, StillClock(), patience=UNHURRIED) as there,
        answer_bench({"east": east}, store=here) as one,
        answer_bench({"east": east}, store=there) as other,
    ):
        await one.ask(a_question())
        told = await other.ask(a_question())
        await one.cache.clear()
        after = await other.ask(a_question())

    assert (labels(told), labels(after)) == (["same"], [])

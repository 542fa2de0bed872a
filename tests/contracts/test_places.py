"""What places promise: never more than so many at once, and each given back can be taken again. In memory and in a real Redis."""

import asyncio
import time
from collections.abc import Generator

import pytest
from tests.support.redis import OwnRedis, own_redis

from arcano.platform.ids import new_id
from arcano.usage.limits.open_counting import Counting, open_counting
from arcano.usage.limits.places import Places

LEASE_SECONDS = 1.0


@pytest.fixture
def places(counting: Counting) -> Places:
    return counting.places


async def test_of_a_hundred_at_once_as_many_get_a_place_as_there_are(places: Places) -> None:
    name = new_id()

    taken = await asyncio.gather(*(places.take(name, 7) for _ in range(100)))

    assert sum(place is not None for place in taken) == 7
    assert await places.take(new_id(), 1), "another name has places of its own"


async def test_what_is_given_back_can_be_taken_again(places: Places) -> None:
    name = new_id()
    place = await places.take(name, 1)
    assert place is not None
    assert await places.take(name, 1) is None

    await places.leave([place])

    assert await places.take(name, 1)


@pytest.fixture
def redis() -> Generator[OwnRedis]:
    with own_redis() as redis:
        yield redis


async def test_what_a_dead_server_held_is_free_when_its_lease_has_ended(redis: OwnRedis) -> None:
    async with open_counting(redis.url, lease_seconds=LEASE_SECONDS) as living:
        async with open_counting(redis.url, lease_seconds=LEASE_SECONDS) as dying:
            await dying.places.take("person/ada", 1)
            assert await living.places.take("person/ada", 1) is None

        # Its places were never given back, and nobody renews them any longer.
        await asyncio.sleep(1.2 * LEASE_SECONDS)

        assert await living.places.take("person/ada", 1)


async def test_a_place_in_redis_is_held_for_as_long_as_it_is_not_given_back(
    redis: OwnRedis,
) -> None:
    async with open_counting(redis.url, lease_seconds=LEASE_SECONDS) as counting:
        await counting.places.take("person/ada", 1)

        await asyncio.sleep(2 * LEASE_SECONDS)

        assert await counting.places.take("person/ada", 1) is None


async def test_places_given_back_while_they_are_renewed_are_free(redis: OwnRedis) -> None:
    async with open_counting(redis.url, lease_seconds=LEASE_SECONDS / 4) as counting:
        until = time.monotonic() + 2 * LEASE_SECONDS
        while time.monotonic() < until:
            held = [await counting.places.take("person/ada", 5) for _ in range(5)]
            await counting.places.leave([place for place in held if place is not None])
        # A renewal under way may have taken one once more; the next thing it does is to give it back.
        await asyncio.sleep(LEASE_SECONDS / 4)

        assert all([await counting.places.take("person/ada", 5) for _ in range(5)])


async def test_whoever_leaves_while_a_place_is_taken_leaves_none_behind(redis: OwnRedis) -> None:
    async with open_counting(redis.url, lease_seconds=LEASE_SECONDS) as counting:
        for steps in range(30):
            async with asyncio.TaskGroup() as tasks:
                taking = tasks.create_task(counting.places.take("person/ada", 1))
                for _ in range(steps):
                    await asyncio.sleep(0)
                taking.cancel()
            if not taking.cancelled() and (place := taking.result()):
                await counting.places.leave([place])
        await asyncio.sleep(LEASE_SECONDS / 2)

        assert await counting.places.take("person/ada", 1)


async def test_what_is_given_back_while_redis_does_not_answer_is_free_once_it_does(
    redis: OwnRedis,
) -> None:
    async with open_counting(redis.url) as counting:
        place = await counting.places.take("person/ada", 1)
        assert place is not None
        redis.freeze()
        await counting.places.leave([place])
        redis.thaw()

        async with asyncio.timeout(14):
            while not await counting.places.take("person/ada", 1):  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.2)


async def test_while_redis_is_gone_a_server_counts_those_that_it_holds(redis: OwnRedis) -> None:
    async with open_counting(redis.url) as counting:
        places = counting.places
        first = await places.take("person/ada", 2)
        assert first is not None
        redis.stop()

        assert await places.take("person/ada", 2)
        assert await places.take("person/ada", 2) is None
        await places.leave([first])
        assert await places.take("person/ada", 2)

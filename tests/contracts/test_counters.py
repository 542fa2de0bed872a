"""What counters promise to those who limit: one step, a time, and nothing below nothing. In memory and in a real Redis."""

import asyncio

import pytest

from arcano.platform.ids import new_id
from arcano.usage.limits.counters import Counters
from arcano.usage.limits.open_counting import Counting


@pytest.fixture
def counters(counting: Counting) -> Counters:
    return counting.counters


async def test_each_who_adds_hears_a_number_of_their_own(counters: Counters) -> None:
    name = new_id()

    heard = await asyncio.gather(*(counters.add(name, 1, seconds=60) for _ in range(100)))

    assert sorted(heard) == list(range(1, 101))


async def test_a_counter_says_when_it_begins_anew(counters: Counters) -> None:
    name = new_id()
    await counters.add(name, 7, seconds=60)

    count, renews_in = await counters.look(name)

    assert count == 7
    assert 50 < renews_in <= 61


async def test_a_counter_begins_anew_when_its_time_is_over(counters: Counters) -> None:
    name = new_id()
    await counters.add(name, 7, seconds=1)
    await asyncio.sleep(1.2)

    assert await counters.add(name, 1, seconds=60) == 1


async def test_what_is_taken_back_does_not_count_and_nothing_goes_below_nothing(
    counters: Counters,
) -> None:
    name = new_id()
    await counters.add(name, 7, seconds=60)
    await counters.take_back(name, 5)
    await counters.take_back(new_id(), 5)

    assert await counters.look(name) == (2, pytest.approx(60, abs=5))
    assert (await counters.look(new_id()))[0] == 0


async def test_a_counter_that_nobody_added_to_is_empty(counters: Counters) -> None:
    assert (await counters.look(new_id()))[0] == 0

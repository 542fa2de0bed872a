"""Limits: who is let in, what a refusal says, and what counts when a call is over."""

import asyncio

import pytest
from tests.support.redis import own_redis
from typing_extensions import override

from arcano.identity import KeyLimits
from arcano.usage import Caller, Limiter, LimitSettings, RateLimitedError
from arcano.usage.limits.counters import Counters
from arcano.usage.limits.open_counting import Counting, open_counting
from arcano.usage.settings import LimitAmounts

ADA = Caller("ada", key_id="k1", address="192.0.2.1")


def a_limiter(**settings: LimitAmounts) -> Limiter:
    return Limiter(LimitSettings.model_validate(settings), Counting())


async def passing(limiter: Limiter, *callers: Caller, model: str = "fast") -> list[bool]:
    async def enter(caller: Caller) -> bool:
        try:
            await limiter.enter(caller, model, 10)
        except RateLimitedError:
            return False
        return True

    return list(await asyncio.gather(*(enter(caller) for caller in callers)))


async def test_of_a_hundred_at_once_as_many_pass_as_the_limit_says() -> None:
    limiter = a_limiter(person=LimitAmounts(requests_per_minute=10))

    passed = await passing(limiter, *[ADA] * 100)

    assert sum(passed) == 10


async def test_without_limits_everybody_passes_and_nothing_is_counted() -> None:
    limiter = a_limiter()

    assert all(await passing(limiter, *[ADA] * 100))
    assert not limiter.watches(ADA)


@pytest.mark.parametrize(
    ("whom", "same", "other"),
    [
        ("person", ADA, Caller("bob", key_id="k1", address="192.0.2.1")),
        ("key", ADA, Caller("ada", key_id="k2", address="192.0.2.1")),
        ("address", ADA, Caller("ada", key_id="k1", address="192.0.2.2")),
    ],
)
async def test_a_limit_counts_for_whom_it_is(whom: str, same: Caller, other: Caller) -> None:
    limiter = a_limiter(**{whom: LimitAmounts(requests_per_minute=1)})

    assert await passing(limiter, same, same, other) == [True, False, True]


async def test_a_limit_of_a_model_is_shared_by_all_who_ask_it() -> None:
    limiter = a_limiter(model=LimitAmounts(requests_per_minute=1))

    assert await passing(limiter, ADA, Caller("bob")) == [True, False]
    assert await passing(limiter, ADA, model="slow") == [True]


async def test_a_key_has_limits_of_its_own() -> None:
    limiter = a_limiter()
    keyed = Caller("ada", key_id="k1", key_limits=KeyLimits(requests_per_minute=2))

    assert await passing(limiter, keyed, keyed, keyed, Caller("ada")) == [True, True, False, True]


async def test_a_refusal_names_the_limit_what_is_left_and_when_it_renews() -> None:
    limiter = a_limiter(key=LimitAmounts(tokens_per_minute=100))
    await limiter.enter(ADA, "fast", 70)

    with pytest.raises(RateLimitedError) as raised:
        await limiter.enter(ADA, "fast", 40)

    assert raised.value.detail.startswith(
        "At most 100 tokens a minute are allowed for this key, and 30 are left. It renews in "
    )
    assert raised.value.retry_after is not None
    assert 0 < raised.value.retry_after.total_seconds() <= 61


async def test_whoever_is_refused_by_one_limit_counts_in_none() -> None:
    limiter = a_limiter(
        person=LimitAmounts(requests_per_minute=100, concurrent=100),
        model=LimitAmounts(requests_per_minute=1),
    )

    await passing(limiter, *[ADA] * 50)

    standing = await limiter.standing(ADA, "another")
    assert standing["requests"].left == 1, "that of the other model, which nobody asked"
    assert await passing(limiter, *[Caller("ada")] * 1, model="another") == [True]
    for number in range(98):
        assert await passing(limiter, ADA, model=f"model {number}") == [True]
    assert await passing(limiter, ADA, model="one more") == [False]


async def test_tokens_count_as_they_were_once_a_call_is_over() -> None:
    limiter = a_limiter(person=LimitAmounts(tokens_per_minute=1000))

    await limiter.leave(await limiter.enter(ADA, "fast", 900), 100)
    assert (await limiter.standing(ADA, "fast"))["tokens"].left == 900

    await limiter.leave(await limiter.enter(ADA, "fast", 100), 700)
    assert (await limiter.standing(ADA, "fast"))["tokens"].left == 200


async def test_a_call_larger_than_a_minute_passes_where_nothing_else_was_used() -> None:
    limiter = a_limiter(person=LimitAmounts(tokens_per_minute=100))

    taken = await limiter.enter(ADA, "fast", 5000)
    with pytest.raises(RateLimitedError):
        await limiter.enter(ADA, "fast", 1)
    await limiter.leave(taken, 20)

    assert (await limiter.standing(ADA, "fast"))["tokens"].left == 80


async def test_so_many_at_once_and_the_next_when_one_has_ended() -> None:
    limiter = a_limiter(person=LimitAmounts(concurrent=2))
    first, _ = await limiter.enter(ADA, "fast", 1), await limiter.enter(ADA, "fast", 1)

    with pytest.raises(RateLimitedError, match="At most 2 answers at once are allowed"):
        await limiter.enter(ADA, "fast", 1)
    await limiter.leave(first, 1)

    assert await limiter.enter(ADA, "fast", 1)


async def test_while_redis_is_gone_a_server_counts_for_itself() -> None:
    with own_redis() as redis:
        async with open_counting(redis.url) as counting:
            limiter = Limiter(LimitSettings(person=LimitAmounts(requests_per_minute=3)), counting)
            assert await passing(limiter, ADA, ADA) == [True, True]
            redis.stop()

            passed = [(await passing(limiter, ADA))[0] for _ in range(5)]

    assert passed == [True, True, True, False, False]


async def test_two_servers_with_one_redis_count_together() -> None:
    with own_redis() as redis:
        async with open_counting(redis.url) as one, open_counting(redis.url) as other:
            settings = LimitSettings(person=LimitAmounts(requests_per_minute=10))
            limiters = [Limiter(settings, one), Limiter(settings, other)]

            passed = [passed for each in limiters for passed in await passing(each, *[ADA] * 20)]

    assert sum(passed) == 10


async def test_two_servers_with_one_redis_write_so_many_answers_at_once_together() -> None:
    settings = LimitSettings(person=LimitAmounts(concurrent=3))
    with own_redis() as redis:
        async with open_counting(redis.url) as one, open_counting(redis.url) as other:
            first, second = Limiter(settings, one), Limiter(settings, other)
            taken = [await first.enter(ADA, "fast", 1), await first.enter(ADA, "fast", 1)]

            assert sum(await passing(second, *[ADA] * 5)) == 1
            await first.leave(taken[0], 1)
            assert await passing(second, ADA, ADA) == [True, False]


class ScriptedCounters(Counters):
    """Counters by a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self._count, self._ends = 0, 0.0

    @override
    async def add(self, name: str, amount: int, *, seconds: int) -> int:
        if self.now >= self._ends:
            self._count, self._ends = 0, self.now + seconds
        self._count += amount
        return self._count

    @override
    async def take_back(self, name: str, amount: int) -> None:
        self._count = max(0, self._count - amount)

    @override
    async def look(self, name: str) -> tuple[int, float]:
        return (self._count, self._ends - self.now) if self.now < self._ends else (0, 0.0)


async def test_a_call_that_ends_in_another_minute_gives_back_nothing_of_what_others_use_in_it() -> (
    None
):
    counters = ScriptedCounters()
    limits = LimitSettings(person=LimitAmounts(tokens_per_minute=1000))
    limiter = Limiter(limits, Counting(counters), now=lambda: counters.now)
    long = await limiter.enter(ADA, "fast", 800)
    counters.now = 61
    in_this_minute = await limiter.enter(ADA, "fast", 900)

    counters.now = 70
    await limiter.leave(long, 10)

    assert (await limiter.standing(ADA, "fast"))["tokens"].left == 100
    await limiter.leave(in_this_minute, 300)
    assert (await limiter.standing(ADA, "fast"))["tokens"].left == 700

"""Asking the same target again: how often, after how long, and when rather not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import StillClock

from arcano.inference.retry import Retries, RetryRules
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ProviderOverloadedError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
)

RULES = RetryRules(
    attempts=4,
    first_wait=timedelta(seconds=1),
    longest_wait=timedelta(seconds=3),
    within=timedelta(seconds=30),
)
GONE = ProviderUnreachableError("Gone.")


def retries(clock: StillClock, *, chance: float = 0.0) -> Retries:
    return Retries(RULES, clock=clock, chance=lambda: chance)


def waits(made: Retries, failure: ArcanoError, *, others_left: bool = False) -> list[float]:
    found: list[float] = []
    while (wait := made.wait_after(failure, others_left=others_left)) is not None:
        found.append(wait.total_seconds())
    return found


def test_waits_double_up_to_the_longest_and_end_with_the_last_attempt() -> None:
    assert waits(retries(StillClock()), GONE) == [1, 2, 3]


def test_jitter_takes_up_to_half_of_a_wait() -> None:
    assert waits(retries(StillClock(), chance=0.5), GONE) == [0.75, 1.5, 2.25]


def test_what_will_not_help_is_not_tried_again() -> None:
    wrong = ProviderRejectedRequestError("Wrong.")

    assert waits(retries(StillClock()), wrong) == []


def test_no_attempt_begins_after_the_deadline() -> None:
    clock = StillClock()
    made = retries(clock)
    clock.pass_by(RULES.within - timedelta(seconds=1.5))

    assert waits(made, GONE) == [1]


def test_a_wait_that_is_asked_for_is_kept_to() -> None:
    busy = ProviderOverloadedError("Slow down.", retry_after=timedelta(seconds=10))

    assert waits(retries(StillClock(), chance=0.5), busy) == [10.5, 10.5, 10.5]


@pytest.mark.parametrize("asked", [None, timedelta(milliseconds=1), timedelta(seconds=10)])
def test_no_wait_is_worth_it_where_somebody_else_can_be_asked(asked: timedelta | None) -> None:
    busy = ProviderOverloadedError("Slow down.", retry_after=asked)

    assert waits(retries(StillClock()), busy, others_left=True) == []


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    busy = ProviderOverloadedError("Slow down.", retry_after=timedelta(hours=1))

    assert waits(retries(StillClock()), busy) == []


@given(
    chance=st.floats(0, 0.999),
    asked=st.none() | st.floats(0, 40).map(lambda seconds: timedelta(seconds=seconds)),
    others_left=st.booleans(),
)
def test_a_wait_is_never_shorter_than_asked_nor_beyond_the_deadline(
    chance: float, asked: timedelta | None, *, others_left: bool
) -> None:
    clock = StillClock()
    begun = clock.now()
    made = retries(clock, chance=chance)
    busy = ProviderOverloadedError("Slow down.", retry_after=asked)
    while (wait := made.wait_after(busy, others_left=others_left)) is not None:
        assert wait >= max(asked or timedelta(0), RULES.first_wait / 2)
        clock.pass_by(wait)
        assert clock.now() - begun <= RULES.within
    assert made.made <= RULES.attempts


@pytest.mark.parametrize("attempts", [1, 2])
def test_attempts_are_counted_with_the_first(attempts: int) -> None:
    made = Retries(RetryRules(attempts=attempts), clock=StillClock(), chance=lambda: 0)

    assert len(waits(made, GONE)) == attempts - 1

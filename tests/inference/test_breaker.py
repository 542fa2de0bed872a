"""The circuit breaker of a target: when it is left alone, and how it comes back."""

from datetime import timedelta

import pytest
from tests.support.clock import StillClock

from arcano.inference.breaker import PROBES_TO_GO, Breaker, BreakerRules, Permit
from arcano.providers import (
    ContextTooLongError,
    LocalEngineError,
    ModelFileError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    StreamCutError,
)

RULES = BreakerRules(
    calls=10,
    fewest_calls=4,
    failure_rate=0.5,
    window=timedelta(minutes=1),
    rest=timedelta(seconds=10),
    longest_rest=timedelta(seconds=60),
)
GONE = ProviderUnreachableError("East cannot be reached.")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def breaker(clock: StillClock) -> Breaker:
    return Breaker(RULES, clock)


def permit(breaker: Breaker) -> Permit:
    given = breaker.permit()
    assert given is not None
    return given


def fail(breaker: Breaker, *, times: int = 1, failure: ProviderError = GONE) -> None:
    for _ in range(times):
        permit(breaker).failed(failure)


def succeed(breaker: Breaker, *, times: int = 1) -> None:
    for _ in range(times):
        permit(breaker).succeeded()


def test_a_few_failures_are_no_reason(breaker: Breaker) -> None:
    fail(breaker, times=RULES.fewest_calls - 1)

    assert breaker.state == "closed"
    assert breaker.lets_through
    assert breaker.rests_for == timedelta(0)


def test_it_opens_when_half_of_the_recent_calls_failed(breaker: Breaker) -> None:
    succeed(breaker, times=3)
    fail(breaker, times=2)

    assert breaker.state == "closed"
    fail(breaker)

    assert breaker.state == "open"
    assert breaker.permit() is None
    assert breaker.rests_for == RULES.rest


def test_only_the_last_calls_count(breaker: Breaker) -> None:
    succeed(breaker, times=100)

    fail(breaker, times=RULES.calls // 2)

    assert breaker.state == "open"


def test_old_failures_are_forgotten(breaker: Breaker, clock: StillClock) -> None:
    fail(breaker, times=3)
    clock.pass_by(RULES.window + timedelta(seconds=1))

    fail(breaker, times=3)

    assert breaker.state == "closed"


@pytest.mark.parametrize(
    "failure",
    [
        ProviderError("?"),
        ProviderOverloadedError("Slow down."),
        StreamCutError("Cut."),
        LocalEngineError("Stopped."),
    ],
)
def test_what_speaks_against_a_target_counts(breaker: Breaker, failure: ProviderError) -> None:
    fail(breaker, times=RULES.fewest_calls, failure=failure)

    assert breaker.state == "open"


@pytest.mark.parametrize(
    "failure",
    [
        ProviderRejectedRequestError("No."),
        ContextTooLongError("Too long."),
        ModelNotFoundError("Who?"),
    ],
)
def test_what_is_the_requests_fault_does_not_count(
    breaker: Breaker, failure: ProviderError
) -> None:
    fail(breaker, times=100, failure=failure)

    assert breaker.state == "closed"


@pytest.mark.parametrize(
    "failure", [ProviderRefusedKeyError("The key is revoked."), ModelFileError("Damaged.")]
)
def test_what_no_second_try_will_mend_opens_it_at_once_and_is_the_reason_given(
    breaker: Breaker, failure: ProviderError
) -> None:
    fail(breaker, failure=failure)

    assert breaker.state == "open"
    why = breaker.why_open()
    assert type(why) is type(failure)
    assert why.detail.startswith(failure.detail)
    assert why.retry_after == RULES.rest


def test_after_its_rest_it_lets_one_probe_through(breaker: Breaker, clock: StillClock) -> None:
    fail(breaker, times=4)
    clock.pass_by(RULES.rest)

    assert breaker.state == "half-open"
    probe = breaker.permit()
    second = breaker.permit()

    assert probe is not None
    assert second is None
    assert breaker.rests_for > timedelta(0)


def test_a_probe_that_is_answered_closes_it_before_the_answer_ends(
    breaker: Breaker, clock: StillClock
) -> None:
    fail(breaker, times=4)
    clock.pass_by(RULES.rest)
    probe = permit(breaker)

    probe.answered()

    assert breaker.state == "closed"
    assert breaker.lets_through


def test_an_answered_probe_that_is_cut_later_counts_as_one_failure(
    breaker: Breaker, clock: StillClock
) -> None:
    fail(breaker, times=4)
    clock.pass_by(RULES.rest)
    probe = permit(breaker)
    probe.answered()

    probe.failed(StreamCutError("Cut."))

    assert breaker.state == "closed"
    fail(breaker, times=3)
    assert breaker.state == "open"


def test_a_probe_that_is_told_its_request_is_wrong_has_found_the_target_alive(
    breaker: Breaker, clock: StillClock
) -> None:
    fail(breaker, times=4)
    clock.pass_by(RULES.rest)

    permit(breaker).failed(ContextTooLongError("Too long."))

    assert breaker.state == "closed"


def test_each_failed_probe_doubles_the_rest_up_to_the_longest(
    breaker: Breaker, clock: StillClock
) -> None:
    fail(breaker, times=4)
    rests: list[float] = []
    for _ in range(5):
        rests.append(breaker.rests_for.total_seconds())
        clock.pass_by(breaker.rests_for)
        fail(breaker)

    assert rests == [10, 20, 40, 60, 60]


def test_a_closed_breaker_rests_briefly_again_the_next_time(
    breaker: Breaker, clock: StillClock
) -> None:
    fail(breaker, times=4)
    clock.pass_by(RULES.rest)
    fail(breaker)
    clock.pass_by(2 * RULES.rest)
    succeed(breaker)

    fail(breaker, times=3)

    assert breaker.rests_for == RULES.rest


def test_a_rest_is_at_least_as_long_as_the_target_asks(breaker: Breaker) -> None:
    busy = ProviderOverloadedError("Slow down.", retry_after=timedelta(seconds=45))

    fail(breaker, times=4, failure=busy)

    assert breaker.rests_for == timedelta(seconds=45)


def test_a_probe_called_off_leaves_its_place_to_the_next(
    breaker: Breaker, clock: StillClock
) -> None:
    fail(breaker, times=4)
    clock.pass_by(RULES.rest)

    permit(breaker).returned()

    assert breaker.permit() is not None


def test_how_a_call_ends_that_began_before_the_opening_changes_nothing(
    breaker: Breaker, clock: StillClock
) -> None:
    early = [permit(breaker) for _ in range(3)]
    fail(breaker, times=4)
    clock.pass_by(RULES.rest)
    probe = permit(breaker)

    early[0].succeeded()
    early[1].failed(GONE)
    early[2].returned()

    assert breaker.state == "half-open"
    assert breaker.permit() is None
    probe.succeeded()
    assert breaker.state == "closed"


def test_closing_it_by_hand_forgets_what_was(breaker: Breaker) -> None:
    fail(breaker, failure=ProviderRefusedKeyError("The key is revoked."))

    breaker.close()

    assert breaker.state == "closed"
    assert breaker.permit() is not None


def wavering(breaker: Breaker) -> None:
    succeed(breaker, times=3)
    fail(breaker, times=3)
    assert breaker.state == "open"


def stray(breaker: Breaker) -> Permit:
    given = breaker.stray_permit()
    assert given is not None
    return given


def test_one_that_fails_half_of_the_time_wavers_and_may_be_asked_for_want_of_another(
    breaker: Breaker,
) -> None:
    wavering(breaker)
    rest = breaker.rests_for

    assert breaker.wavers
    assert breaker.permit() is None
    stray(breaker).failed(GONE)
    assert (breaker.state, breaker.rests_for) == ("open", rest)

    stray(breaker).answered()
    assert breaker.state == "closed"
    assert not breaker.wavers


def test_a_stray_that_finds_the_key_refused_ends_the_wavering(breaker: Breaker) -> None:
    wavering(breaker)

    stray(breaker).failed(ProviderRefusedKeyError("Revoked."))

    assert not breaker.wavers
    assert breaker.stray_permit() is None


@pytest.mark.parametrize(
    "last",
    [
        ProviderOverloadedError("Slow down.", retry_after=timedelta(seconds=30)),
        ProviderRefusedKeyError("Revoked."),
    ],
)
def test_who_asked_to_be_left_alone_or_refused_the_key_does_not_waver(
    breaker: Breaker, last: ProviderError
) -> None:
    succeed(breaker, times=3)
    fail(breaker, times=2)
    fail(breaker, failure=last)

    assert breaker.state == "open"
    assert not breaker.wavers


def test_who_never_answered_or_failed_its_probes_again_and_again_is_gone(
    breaker: Breaker, clock: StillClock
) -> None:
    fail(breaker, times=RULES.fewest_calls)
    assert not breaker.wavers
    breaker.close()

    wavering(breaker)
    for _ in range(PROBES_TO_GO):
        assert breaker.wavers
        clock.pass_by(RULES.longest_rest)
        fail(breaker)
    assert not breaker.wavers


def test_a_stray_permit_is_an_ordinary_one_where_nobody_rests(breaker: Breaker) -> None:
    for _ in range(RULES.fewest_calls):
        stray(breaker).failed(GONE)

    assert breaker.state == "open"
    assert breaker.stray_permit() is None

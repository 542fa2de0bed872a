"""What a person is told when every target failed: the failure that says most, and the others by name."""

from datetime import timedelta

import pytest

from arcano.inference import QueueFullError, QueueUnavailableError
from arcano.inference.trail import Trail
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ContextTooLongError,
    LocalEngineError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    StreamCutError,
)

BY_WHAT_THEY_TELL: list[type[ArcanoError]] = [
    QueueFullError,
    ProviderOverloadedError,
    ProviderUnreachableError,
    StreamCutError,
    QueueUnavailableError,
    ProviderError,
    ContextTooLongError,
    ProviderRejectedRequestError,
    ProviderRefusedKeyError,
    ModelNotFoundError,
]


@pytest.mark.parametrize("place", range(len(BY_WHAT_THEY_TELL) - 1))
def test_what_may_pass_is_told_before_what_will_not(place: int) -> None:
    telling, other = BY_WHAT_THEY_TELL[place : place + 2]
    trail = Trail()
    trail.add("east", other("Other."), attempts=1)
    trail.add("west", telling("Telling."), attempts=1)

    verdict = trail.verdict()

    assert type(verdict) is telling
    assert verdict.detail.startswith("Telling.")


def test_the_first_of_equal_failures_is_told() -> None:
    trail = Trail()
    trail.add("east", LocalEngineError("East stopped."), attempts=1)
    trail.add("west", ProviderError("West failed."), attempts=1)

    assert trail.verdict().detail.startswith("East stopped.")


def test_a_single_failure_is_told_as_it_is() -> None:
    failure = ProviderUnreachableError("East cannot be reached.")
    trail = Trail()
    trail.add("east", failure, attempts=3)

    assert trail.verdict() is failure


def test_the_others_are_named_with_how_often_they_were_asked() -> None:
    busy = ProviderOverloadedError("Slow down.", retry_after=timedelta(seconds=7))
    trail = Trail()
    trail.add("east", ProviderUnreachableError("Gone."), attempts=3)
    trail.add("west", busy, attempts=1)
    trail.add("south", ProviderRefusedKeyError("Refused."), attempts=0)

    verdict = trail.verdict()

    assert verdict.detail == (
        "Slow down. Others: east (provider-unreachable, 3 times), "
        "south (not asked: provider-refused-key)."
    )
    assert verdict.retry_after == timedelta(seconds=7)
    assert verdict.__cause__ is busy

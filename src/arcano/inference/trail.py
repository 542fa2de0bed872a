"""What one call tried and how each try ended: where it goes wrong, this is what the person is told."""

from dataclasses import dataclass

from arcano.inference.errors import QueueFullError, QueueUnavailableError
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ContextTooLongError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    StreamCutError,
)

_TELLING: tuple[type[ArcanoError], ...] = (
    # May succeed later, the surest first.
    QueueFullError,
    ProviderOverloadedError,
    ProviderUnreachableError,
    StreamCutError,
    QueueUnavailableError,
    # The person can do something about it.
    ContextTooLongError,
    ProviderRejectedRequestError,
)
"""Which of several failures is told. Any other that may pass comes before those that will not."""


@dataclass(frozen=True, slots=True)
class Tried:
    """`attempts` is 0 where a target was passed over without asking it."""

    target_id: str
    failure: ArcanoError
    attempts: int


class Trail:
    """The targets of one call that failed, in their order."""

    def __init__(self) -> None:
        self._tried: list[Tried] = []

    def add(self, target_id: str, failure: ArcanoError, *, attempts: int) -> None:
        self._tried.append(Tried(target_id, failure, attempts))

    def verdict(self) -> ArcanoError:
        """The most telling failure; its text names the others."""
        told = min(self._tried, key=lambda tried: _rank(tried.failure))
        failure = told.failure
        others = [_in_words(tried) for tried in self._tried if tried is not told]
        if not others or not isinstance(failure, ProviderError | QueueFullError):
            return failure
        verdict = type(failure)(
            f"{failure.detail} Others: {', '.join(others)}.", retry_after=failure.retry_after
        )
        verdict.__cause__ = failure
        if isinstance(verdict, ProviderError) and isinstance(failure, ProviderError):
            verdict.request_id = failure.request_id
        return verdict


def _rank(failure: ArcanoError) -> tuple[bool, int]:
    """Lower is more telling. What may succeed later comes first: then trying again is good advice."""
    kinds = [place for place, kind in enumerate(_TELLING) if isinstance(failure, kind)]
    place = kinds[0] if kinds else len(_TELLING) + isinstance(failure, ModelNotFoundError)
    return (not failure.retryable, place)


def _in_words(tried: Tried) -> str:
    passed_over = "not asked: " if tried.attempts == 0 else ""
    times = f", {tried.attempts} times" if tried.attempts > 1 else ""
    return f"{tried.target_id} ({passed_over}{tried.failure.code}{times})"

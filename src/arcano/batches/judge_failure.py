"""What a failed call means for a job: this row's fault, the job's, or nobody's. It decides; it does nothing."""

from typing import Literal

from arcano.identity import NotAllowedError, NotSignedInError
from arcano.inference import QueueFullError, QueueUnavailableError
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ModelFileError,
    ModelNotFoundError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
)
from arcano.usage import BudgetSpentError, RateLimitedError

Verdict = Literal["slow-down", "ask-again", "pause", "pause-if-alone", "row-failed"]

_BUSY = (ProviderOverloadedError, QueueFullError, QueueUnavailableError, RateLimitedError)
_HOPELESS = (
    ProviderRefusedKeyError,
    ModelNotFoundError,
    ModelFileError,
    NotSignedInError,
    NotAllowedError,
)


def judge_failure(failure: ArcanoError) -> Verdict:
    """Being busy is nobody's fault; a refused key is every row's; what may pass is tried again.

    A budget may have room again once the job's other rows have ended, which set more aside than they use; if none is on
    its way, it has none before somebody raises it or it begins anew.
    """
    if isinstance(failure, _BUSY):
        return "slow-down"
    if isinstance(failure, BudgetSpentError):
        return "pause-if-alone"
    if isinstance(failure, _HOPELESS):
        return "pause"
    return "ask-again" if failure.retryable else "row-failed"

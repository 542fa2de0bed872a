"""What the doors of the status page give."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from arcano.inference.breaker import BreakerState
from arcano.inference.queue import QueueKind
from arcano.inference.status.look import QueueHealth, TargetState
from arcano.inference.targets import RecentFailure


class QueueView(BaseModel):
    """What keeps the lines. Where it cannot be reached, new calls are refused."""

    kind: QueueKind
    reachable: bool

    @classmethod
    def of(cls, queue: QueueHealth) -> Self:
        return cls(kind=queue.kind, reachable=queue.reachable)


class FailureOfTargetView(BaseModel):
    at: datetime
    code: str
    detail: str

    @classmethod
    def of(cls, failure: RecentFailure) -> Self:
        return cls(at=failure.at, code=failure.code, detail=failure.detail)


class TargetStatusView(BaseModel):
    """How a target is doing. `answered` and `failed` count calls of the last hour, of the last 200 at most."""

    id: str
    model: str
    routes: list[str]
    breaker: BreakerState
    tried_again_in_seconds: float | None
    running: int | None
    waiting: int | None
    tokens_per_second: float | None
    first_word_seconds: float | None
    answered: int
    failed: int
    failures: list[FailureOfTargetView]

    @classmethod
    def of(cls, target: TargetState) -> Self:
        first_word = target.first_word
        return cls(
            id=target.target_id,
            model=target.model,
            routes=list(target.routes),
            breaker=target.breaker,
            tried_again_in_seconds=None
            if target.breaker == "closed"
            else target.rests_for.total_seconds(),
            running=target.running,
            waiting=target.waiting,
            tokens_per_second=target.tokens_per_second,
            first_word_seconds=None if first_word is None else first_word.total_seconds(),
            answered=target.answered,
            failed=target.failed,
            failures=[FailureOfTargetView.of(failure) for failure in target.failures],
        )


class StatusView(BaseModel):
    queue: QueueView
    targets: list[TargetStatusView]

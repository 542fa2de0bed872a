"""The port of the queue: who waits for what, how many may, and what a waiting call hears.

Two lines keep it: `fair_queue` within one process, `redis_queue` over several. The same tests run on both.
What runs on a target, and which target that is, is none of the queue's business.
"""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from arcano.providers import PhaseEntered

Priority = Literal["interactive", "program", "batch"]
"""Served in this order. A class that is passed over often enough gets a place in between."""

PRIORITIES: tuple[Priority, ...] = ("interactive", "program", "batch")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who waits for what.

    A user of weight 2 gets twice the places of one with weight 1 while both have calls waiting. The
    weight is taken when the first of a user's waiting calls comes, and stays until none waits.
    """

    target_id: str
    user_id: str
    priority: Priority = "interactive"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many calls of one target may run, and how many more may wait; None: any number.

    The last eighth of the waiting line is kept for people who have nothing waiting in it, so that one
    person's many calls do not shut out everybody else. A line of seven or fewer keeps nothing back.
    """

    running: int | None
    waiting: int | None


class Place(Protocol):
    """One call's place: in the line first, then among the running."""

    def wait(self) -> AsyncGenerator[PhaseEntered]:
        """Returns when the call may run; at once if it need not wait.

        Yields `PhaseEntered("waiting", position, eta_seconds)`, at once if the call has to wait and then
        whenever its place changes noticeably: by one near the front, by a tenth far from it. The first in
        line has position 1. `eta_seconds` is None until a call has ended at this target.

        Raises:
            QueueUnavailableError: The place was lost, because what keeps the line was gone for too long.
        """
        ...


@dataclass(frozen=True, slots=True)
class QueueState:
    """One target's line. `mean_seconds` is how long calls took lately, None where none has ended yet."""

    running: int
    waiting: int
    mean_seconds: float | None


QueueKind = Literal["memory", "redis"]
"""Where the lines are kept: in one process, or in a Redis that servers share."""


class CallQueue(Protocol):
    """Bounded running calls per target, and a fair line before them."""

    @property
    def kind(self) -> QueueKind: ...

    def enter(self, ticket: Ticket, bounds: Bounds) -> AbstractAsyncContextManager[Place]:
        """A place for one call, held while the block lasts: wait for it, then run.

        Leaving the block at any moment (done, cancelled, failed) frees the place or leaves the line at
        once. The newest bounds that were given for a target hold.

        Raises:
            QueueFullError: On entering. Try again after `retry_after`.
            QueueUnavailableError: On entering: what keeps the line is gone. Try again after `retry_after`.
        """
        ...

    async def state(self, target_id: str) -> QueueState:
        """How full the line of a target is. One that nobody asked for is empty.

        Raises:
            QueueUnavailableError: What keeps the line is gone.
        """
        ...

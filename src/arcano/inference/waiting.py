"""A waiting call's own view of the line, the same for every queue: told its place, let run, or lost.

Nobody walks the line to tell ten thousand calls where they stand. Each look costs one search, and each
round looks at those near the front and at the next few hundred of the others in turn.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from typing import Generic, TypeVar

from arcano.inference.errors import QueueFullError, QueueUnavailableError
from arcano.inference.queue import Bounds
from arcano.providers import PhaseEntered

NEAR = 20
"""So near to the front, a place is looked at in every round."""

LOOKED_AT_A_ROUND = 200
"""So many of those further back, in turn."""

KEPT_BACK = 8
"""One in so many places of a waiting line is for people who have nothing waiting in it."""

CALLS_REMEMBERED = 20
"""The mean of the durations follows about so many of the latest calls."""


class LinePlace:
    """One call in a line. Whoever keeps the line says `stand_at`, and in the end `let_run` or `lose`."""

    __slots__ = ("_changed", "_lost", "_phase", "_told", "may_run")

    def __init__(self) -> None:
        self.may_run = False
        self._phase: PhaseEntered | None = None
        self._told: PhaseEntered | None = None
        self._lost: QueueUnavailableError | None = None
        self._changed = asyncio.Event()

    @property
    def position(self) -> int | None:
        """Where it stood when it was last looked at; None before the first look."""
        return self._phase.position if self._phase else None

    def stand_at(self, position: int, *, eta_seconds: float | None) -> None:
        self._phase = PhaseEntered("waiting", position, eta_seconds)
        if _noticeable(self._told, self._phase):
            self._changed.set()

    def let_run(self) -> None:
        self.may_run = True
        self._changed.set()

    def lose(self, why: QueueUnavailableError) -> None:
        self._lost = why
        self._changed.set()

    async def wait(self) -> AsyncGenerator[PhaseEntered]:
        """As the port says."""
        while not self.may_run:
            if self._lost:
                raise self._lost
            self._changed.clear()
            if self._phase and _noticeable(self._told, self._phase):
                self._told = self._phase
                yield self._phase
            else:
                await self._changed.wait()


def _noticeable(told: PhaseEntered | None, phase: PhaseEntered) -> bool:
    """By one near the front, by a tenth far from it; and when the first guess at the time is there."""
    if told is None or told.position is None or phase.position is None:
        return True
    first_guess = told.eta_seconds is None and phase.eta_seconds is not None
    return first_guess or abs(phase.position - told.position) >= max(1, told.position // 10)


P = TypeVar("P", bound=LinePlace)


class WaitingRoom(Generic[P]):
    """The calls that wait here, and who of them is to be looked at next."""

    def __init__(self) -> None:
        self._all: OrderedDict[P, None] = OrderedDict()
        self._near: dict[P, None] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[P]:
        return iter(self._all)

    def __contains__(self, place: P) -> bool:
        return place in self._all

    def add(self, place: P) -> None:
        self._all[place] = None

    def remove(self, place: P) -> None:
        self._all.pop(place, None)
        self._near.pop(place, None)

    def saw(self, place: P) -> None:
        """The place was looked at: remember whether it is near."""
        if place.position is not None and place.position <= NEAR:
            self._near[place] = None
        else:
            self._near.pop(place, None)

    def next_round(self) -> list[P]:
        """Whom to look at now: those near the front, and the next of the others."""
        chosen = list(self._near)
        for _ in range(min(LOOKED_AT_A_ROUND, len(self._all))):
            place = next(iter(self._all))
            self._all.move_to_end(place)
            if place not in self._near:
                chosen.append(place)
        return chosen


def seconds_until(places: int, *, mean_seconds: float | None, running: int | None) -> float | None:
    """How long it takes until so many calls have ended, if each takes as long as the latest did."""
    if mean_seconds is None or not running:
        return None
    return places * mean_seconds / running


def moved_mean(mean_seconds: float | None, seconds: float, *, calls: int) -> float:
    """The mean after one more call, the `calls`-th, that took `seconds`."""
    before = seconds if mean_seconds is None else mean_seconds
    return before + (seconds - before) / min(calls, CALLS_REMEMBERED)


def is_full(bounds: Bounds, *, waiting: int, waiting_of_user: int) -> bool:
    """Whether one more call of this user may not wait."""
    if bounds.waiting is None:
        return False
    kept_back = bounds.waiting // KEPT_BACK if waiting_of_user else 0
    return waiting >= bounds.waiting - kept_back


def full_line(*, waiting: int, seconds: float) -> QueueFullError:
    """The refusal. `seconds`: when the line is likely to have moved by one."""
    wait = max(1, math.ceil(seconds))
    return QueueFullError(
        f"This model is busy, and its line is full ({waiting} waiting). Try again in {wait} s.",
        retry_after=timedelta(seconds=wait),
    )

"""The queue within one process: asyncio, no task per waiting call, nothing to install.

Several server processes need `redis_queue`: each would have the bounds for itself here.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from arcano.inference.fair_order import FairOrder, WaitingCall
from arcano.inference.queue import Bounds, Place, QueueKind, QueueState, Ticket
from arcano.inference.waiting import (
    LOOKED_AT_A_ROUND,
    LinePlace,
    WaitingRoom,
    full_line,
    is_full,
    moved_mean,
    seconds_until,
)

TELL_EVERY = timedelta(milliseconds=200)
MOST_LINES = 1000
"""More lines than that, and the empty ones are forgotten, with how long their calls took."""


class FairQueue:
    """The port `CallQueue`. `now` gives seconds; waiting calls hear of their place every `tell_every`."""

    kind: QueueKind = "memory"

    def __init__(
        self, *, now: Callable[[], float] = time.monotonic, tell_every: timedelta = TELL_EVERY
    ) -> None:
        self._now = now
        self._tell_every = tell_every
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def enter(self, ticket: Ticket, bounds: Bounds) -> AsyncGenerator[Place]:
        """As the port says."""
        line = self._line(ticket.target_id)
        place = line.enter(ticket, bounds)
        try:
            yield place
        finally:
            line.leave(place)

    async def state(self, target_id: str) -> QueueState:
        """As the port says."""
        line = self._lines.get(target_id)
        return line.state if line else QueueState(0, 0, None)

    @property
    def lines(self) -> int:
        """How many targets are remembered, with how long their calls took."""
        return len(self._lines)

    @property
    def remembered(self) -> int:
        """How much is kept for calls and their users: nothing, once all have gone."""
        return sum(line.remembered for line in self._lines.values())

    def _line(self, target_id: str) -> "_Line":
        if line := self._lines.get(target_id):
            return line
        if len(self._lines) >= MOST_LINES:
            self._lines = {name: line for name, line in self._lines.items() if not line.idle}
        line = self._lines[target_id] = _Line(self._now, self._tell_every)
        return line


class _LocalPlace(LinePlace):
    """A place and where to find it in the order while it waits."""

    __slots__ = ("call",)

    def __init__(self) -> None:
        super().__init__()
        self.call: WaitingCall[_LocalPlace] | None = None


class _Line:
    """One target: who runs, and who waits."""

    def __init__(self, now: Callable[[], float], tell_every: timedelta) -> None:
        self._now = now
        self._tell_every = tell_every.total_seconds()
        self._bounds = Bounds(None, None)
        self._order: FairOrder[_LocalPlace] = FairOrder()
        self._room: WaitingRoom[_LocalPlace] = WaitingRoom()
        self._running: dict[_LocalPlace, float] = {}
        self._mean_seconds: float | None = None
        self._ended = 0
        self._unseen = 0
        self._next_round: asyncio.TimerHandle | None = None

    @property
    def state(self) -> QueueState:
        return QueueState(len(self._running), len(self._room), self._mean_seconds)

    @property
    def idle(self) -> bool:
        return not self._running and not self._room

    @property
    def remembered(self) -> int:
        return len(self._running) + len(self._room) + len(self._order) + self._order.remembered

    def enter(self, ticket: Ticket, bounds: Bounds) -> _LocalPlace:
        self._bounds = bounds
        self._let_in()
        place = _LocalPlace()
        if self._has_room:
            self._run(place)
            return place
        self._refuse_if_full(ticket)
        place.call = self._order.add(
            place, user_id=ticket.user_id, priority=ticket.priority, weight=ticket.weight
        )
        self._room.add(place)
        self._look_at(place)
        self._changed()
        return place

    def leave(self, place: _LocalPlace) -> None:
        started = self._running.pop(place, None)
        if started is not None:
            self._ended += 1
            self._mean_seconds = moved_mean(
                self._mean_seconds, self._now() - started, calls=self._ended
            )
            self._let_in()
        elif place.call:
            self._order.remove(place.call)
            self._room.remove(place)
            place.call = None
        self._changed()

    @property
    def _has_room(self) -> bool:
        return self._bounds.running is None or len(self._running) < self._bounds.running

    def _let_in(self) -> None:
        while self._has_room and (place := self._order.take()):
            self._room.remove(place)
            place.call = None
            self._run(place)

    def _run(self, place: _LocalPlace) -> None:
        self._running[place] = self._now()
        place.let_run()

    def _refuse_if_full(self, ticket: Ticket) -> None:
        own = self._order.waiting_of(ticket.user_id)
        if is_full(self._bounds, waiting=len(self._room), waiting_of_user=own):
            raise full_line(waiting=len(self._room), seconds=self._until_it_moves())

    def _until_it_moves(self) -> float:
        seconds = seconds_until(1, mean_seconds=self._mean_seconds, running=self._bounds.running)
        if seconds is None:
            # Nothing has ended yet. What has run longest will hardly take less than as long again.
            seconds = self._now() - next(iter(self._running.values()), self._now())
        return seconds

    def _changed(self) -> None:
        """Everybody's place may be another: look at them all, a round at a time."""
        self._unseen = len(self._room)
        if self._unseen and self._next_round is None:
            loop = asyncio.get_running_loop()
            self._next_round = loop.call_later(self._tell_every, self._look)
        elif not self._unseen and self._next_round is not None:
            self._next_round.cancel()
            self._next_round = None

    def _look(self) -> None:
        self._next_round = None
        for place in self._room.next_round():
            self._look_at(place)
        self._unseen -= LOOKED_AT_A_ROUND
        if self._unseen > 0:
            loop = asyncio.get_running_loop()
            self._next_round = loop.call_later(self._tell_every, self._look)

    def _look_at(self, place: _LocalPlace) -> None:
        assert place.call, "who is in the room has a place in the order"  # noqa: S101
        position = self._order.position(place.call)
        eta = seconds_until(position, mean_seconds=self._mean_seconds, running=self._bounds.running)
        place.stand_at(position, eta_seconds=eta)
        self._room.saw(place)

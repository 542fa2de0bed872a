"""The queue over several servers: one line in Redis, reckoned there by `fair_queue.lua`.

Each server renews a lease; what a dead one held goes back when its lease has ended. While Redis is gone
nobody is let in, what runs goes on, and what waits goes on waiting for the time of a lease and is then told.
When Redis is back, this server says again what runs here and who waits.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from urllib.parse import quote

from arcano.inference.errors import QueueClientMissingError, QueueUnavailableError
from arcano.inference.queue import PRIORITIES, Bounds, Place, QueueKind, QueueState, Ticket
from arcano.inference.redis_link import AT_ONCE, Answer, RedisLink, unavailable
from arcano.inference.waiting import LinePlace, WaitingRoom, full_line, seconds_until

SCRIPT = Path(__file__).with_name("fair_queue.lua")
LEASE = timedelta(seconds=5)
NAMESPACE = "arcano:queue"
BEATS_IN_A_LEASE = 5
TRY_EVERY_SECONDS = 0.5
"""So often it is tried whether Redis is back."""

SETTLE_WITHIN_SECONDS = 1


class RedisQueue:
    """The port `CallQueue`, while `run` runs. `lease`: so soon a dead server's places come back."""

    kind: QueueKind = "redis"

    def __init__(
        self,
        url: str,
        *,
        lease: timedelta = LEASE,
        namespace: str = NAMESPACE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._namespace = namespace
        self._lease_seconds = lease.total_seconds()
        self._look_now = asyncio.Event()
        self._link = RedisLink(
            url,
            script=SCRIPT.read_text(),
            lease=lease,
            channel=f"{namespace}:let-run:",
            forgotten=self._forgotten,
            went_down=self._look_now.set,
        )
        self._lines: dict[str, _Line] = {}
        self._places: dict[str, _SharedPlace] = {}
        self._numbers = count(1)
        self._gone_since: float | None = None

    async def run(self) -> None:
        """Keep the link, the lease, and what waiting calls know of their place; until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._link.run())
            tasks.create_task(self._link.listen(hear=self._let_run, tuned_in=self._look_now.set))
            tasks.create_task(self._keep())

    @asynccontextmanager
    async def enter(self, ticket: Ticket, bounds: Bounds) -> AsyncGenerator[Place]:
        """As the port says."""
        place = _SharedPlace(f"{self._link.holder}:{next(self._numbers)}", ticket, bounds)
        line = self._line(ticket.target_id)
        line.callers += 1
        try:
            await self._enter(place, line)
            yield place
        finally:
            line.callers -= 1
            await self._leave(place, line)

    async def state(self, target_id: str) -> QueueState:
        """As the port says."""
        running, waiting, mean = await self._link.ask("state", self._key(target_id))
        return QueueState(running, waiting, float(mean) if mean else None)

    async def settle(self) -> None:
        """Tell Redis of every call that has left, if it has not heard.

        Raises:
            QueueUnavailableError: It is gone. What was held comes back when the lease has ended.
        """
        await asyncio.gather(*(self._tell_who_left(line) for line in self._lines.values()))

    @property
    def remembered(self) -> int:
        """How much is kept here for calls: nothing, once all have gone and Redis knows."""
        lines = self._lines.values()
        return len(self._places) + sum(len(line.left) + len(line.room) for line in lines)

    def _line(self, target_id: str) -> "_Line":
        key = self._key(target_id)
        if key not in self._lines:
            self._lines[key] = _Line(key)
        return self._lines[key]

    def _key(self, target_id: str) -> str:
        # In braces, so that a cluster keeps all of a target's keys together.
        return f"{self._namespace}:{{{quote(target_id, safe='')}}}"

    # Coming and going

    async def _enter(self, place: "_SharedPlace", line: "_Line") -> None:
        if not self._link.is_up:
            raise unavailable()
        # Known before Redis is asked: it may let the call run before its answer is read.
        self._places[place.id] = place
        place.asked = True
        position, waiting, mean, oldest_ms = await self._link.ask(
            "enter", line.key, *place.request, ""
        )
        line.heard(mean, place.bounds.running)
        if position < 0:
            place.asked = False
            seconds = line.seconds_until(1)
            raise full_line(
                waiting=waiting, seconds=oldest_ms / 1000 if seconds is None else seconds
            )
        if not place.may_run:
            line.room.add(place)
            self._stands(place, line, position)

    async def _leave(self, place: "_SharedPlace", line: "_Line") -> None:
        self._places.pop(place.id, None)
        line.room.remove(place)
        line.running.pop(place.id, None)
        if place.asked:
            line.left[place.id] = self._now() - place.began if place.may_run else 0.0
            with suppress(QueueUnavailableError):  # it is told when Redis is back
                await self._tell_left(line, place.id)

    def _tell_left(self, line: "_Line", place_id: str) -> asyncio.Future[Answer]:
        def told(answer: asyncio.Future[Answer]) -> None:
            if not answer.cancelled() and answer.exception() is None:
                line.left.pop(place_id, None)

        asked = self._link.ask("leave", line.key, place_id, line.left[place_id], even_if_down=True)
        asked.add_done_callback(told)
        return asked

    async def _tell_who_left(self, line: "_Line") -> None:
        await asyncio.gather(*(self._tell_left(line, place_id) for place_id in line.left))

    # What Redis says

    def _let_run(self, place_id: str) -> None:
        """Redis let a call run. It may have left meanwhile: then Redis hears of that soon."""
        place = self._places.get(place_id)
        if place is not None and not place.may_run:
            line = self._line(place.ticket.target_id)
            line.room.remove(place)
            line.running[place.id] = place
            place.began = self._now()
            place.let_run()

    def _stands(self, place: "_SharedPlace", line: "_Line", position: int) -> None:
        if position == 0:
            self._let_run(place.id)
        elif position < 0:
            line.forgotten = True
        elif place in line.room:
            place.stand_at(position, eta_seconds=line.seconds_until(position))
            line.room.saw(place)

    def _forgotten(self, key: str) -> None:
        """Redis does not know (any more) what this server has in a line: say it again."""
        if line := self._lines.get(key):
            line.forgotten = True

    # Keeping in touch

    async def _keep(self) -> None:
        while True:
            with suppress(QueueUnavailableError):
                if not self._link.is_up:
                    # Somebody must try whether it is back, also when nobody is in a line.
                    await self._link.ask("state", self._key(""), even_if_down=True)
                for line in list(self._lines.values()):
                    await self._keep_in_touch(line)
            self._give_up_if_gone_for_long()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause_seconds):
                    await self._look_now.wait()
            self._look_now.clear()

    @property
    def _pause_seconds(self) -> float:
        beat = self._lease_seconds / BEATS_IN_A_LEASE
        return beat if self._link.is_up else min(beat, TRY_EVERY_SECONDS)

    async def _keep_in_touch(self, line: "_Line") -> None:
        await self._tell_who_left(line)
        if line.is_empty:
            self._lines.pop(line.key, None)
            return
        chosen = line.room.next_round()
        answer = await self._link.ask("look", line.key, *(place.id for place in chosen))
        mean, running, *positions = answer
        line.heard(mean, int(running) if running else None)
        if line.forgotten:
            line.forgotten = False
            try:
                await self._say_again(line)
            except BaseException:
                # Redis went away meanwhile: it is told when it is back.
                line.forgotten = True
                raise
            return
        for place, position in zip(chosen, positions, strict=True):
            self._stands(place, line, position)

    async def _say_again(self, line: "_Line") -> None:
        """What runs here and who waits here, the longest first. What Redis knows already stays as it is."""
        running = list(line.running)
        asked = [
            self._link.ask("adopt", line.key, *running[start : start + AT_ONCE])
            for start in range(0, len(running), AT_ONCE)
        ]
        waiting = sorted(line.room, key=lambda place: place.number)
        answers = [self._link.ask("enter", line.key, *place.request, "again") for place in waiting]
        await asyncio.gather(*asked)
        for place, (position, *_) in zip(waiting, await asyncio.gather(*answers), strict=True):
            self._stands(place, line, position)

    def _give_up_if_gone_for_long(self) -> None:
        """The lease has ended: others may have what these calls waited for. They had better ask again."""
        if self._link.is_up:
            self._gone_since = None
            return
        if self._gone_since is None:
            self._gone_since = self._now()
        if self._now() - self._gone_since >= self._lease_seconds:
            for line in self._lines.values():
                for place in list(line.room):
                    line.room.remove(place)
                    place.lose(unavailable())


def expect_redis_client() -> None:
    """Make sure that a line in Redis could be talked to at all.

    Raises:
        QueueClientMissingError: The extra `scale` is not installed.
    """
    try:
        import_module("redis.asyncio")
    except ImportError as missing:
        raise QueueClientMissingError(
            "REDIS_URL is set, but the client for Redis is not installed. Install it with `make scale` or "
            "`pip install 'arcano[scale]'`, or unset REDIS_URL."
        ) from missing


@asynccontextmanager
async def shared_queue(url: str, *, namespace: str = NAMESPACE) -> AsyncGenerator[RedisQueue]:
    """The queue that all servers with this Redis share, in touch with it while the block lasts."""
    queue = RedisQueue(url, namespace=namespace)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(queue.run())
        try:
            yield queue
        finally:
            with suppress(QueueUnavailableError, TimeoutError):
                async with asyncio.timeout(SETTLE_WITHIN_SECONDS):
                    await queue.settle()
            running.cancel()


class _SharedPlace(LinePlace):
    """A call of this server. `asked`: Redis was asked to let it in, and may know it."""

    __slots__ = ("asked", "began", "bounds", "id", "ticket")

    def __init__(self, place_id: str, ticket: Ticket, bounds: Bounds) -> None:
        super().__init__()
        self.id = place_id
        self.ticket = ticket
        self.bounds = bounds
        self.asked = False
        self.began = 0.0

    @property
    def number(self) -> int:
        """Later calls of this server have higher ones."""
        return int(self.id.rpartition(":")[2])

    @property
    def request(self) -> Iterable[str | float]:
        """What the script is told of it."""
        ticket, bounds = self.ticket, self.bounds
        yield from (self.id, ticket.user_id, PRIORITIES.index(ticket.priority) + 1, ticket.weight)
        for bound in (bounds.running, bounds.waiting):
            yield "" if bound is None else bound


@dataclass(slots=True, eq=False)
class _Line:
    """What this server has in one target's line, and what it last heard of the line.

    `left`: calls that have gone, and for how long they ran, until Redis has heard it. `forgotten`: Redis
    does not know of this server's places.
    """

    key: str
    callers: int = 0
    room: WaitingRoom["_SharedPlace"] = field(default_factory=WaitingRoom["_SharedPlace"])
    running: dict[str, _SharedPlace] = field(default_factory=dict[str, _SharedPlace])
    left: dict[str, float] = field(default_factory=dict[str, float])
    forgotten: bool = False
    mean_seconds: float | None = None
    bound: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.callers and not self.left

    def heard(self, mean: bytes, bound: int | None) -> None:
        self.mean_seconds = float(mean) if mean else None
        self.bound = bound

    def seconds_until(self, places: int) -> float | None:
        return seconds_until(places, mean_seconds=self.mean_seconds, running=self.bound)

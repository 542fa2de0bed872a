"""What happens to running turns by the clock: stored, kept alive, and reaped when abandoned."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection

from arcano.chat.begin_turn import LEASE
from arcano.chat.domain import Turn
from arcano.chat.errors import TurnEndedElsewhereError
from arcano.chat.events import AnsweredBy, ContextRead, TurnInterrupted, TurnStarted
from arcano.chat.live_log import Entry, encoded
from arcano.chat.repository import purge_deleted
from arcano.chat.turn_repository import (
    Ending,
    abandoned_turns,
    add_stretches,
    end_turn,
    kept_words,
    renew_leases,
    stored_events,
)
from arcano.chat.turn_runner import TurnRunner
from arcano.inference import AnsweredFromCache
from arcano.platform.acts import SYSTEM, Act, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

logger = logging.getLogger(__name__)

STORE_EVERY = 0.2
RENEW_EVERY = 1.0
"""Must stay well below `LEASE`, or a busy process loses its own turns."""
TICK_EVERY = 15.0
PURGE_EVERY = 3600.0
AFTER_A_BUG = 1.0
"""Further seconds before something is tried again that failed as nobody foresaw: its story fills the log."""
KEPT_AFTER_DELETION = timedelta(days=1)
PURGED_AT_ONCE = 100
"""So many conversations go in one transaction, with all that hangs on them: whoever asks meanwhile waits for no more."""


@dataclass(slots=True)
class StoreCounts:
    """How the event log was stored since the server started, in the stretches that `store` writes."""

    events: int = 0
    writes: int = 0
    seconds: float = 0.0
    failures: int = 0


class TurnKeeper:
    """Looks after the turns of this process, and after those of processes that have gone."""

    def __init__(self, *, database: Database, runner: TurnRunner, clock: Clock) -> None:
        self._database = database
        self._runner = runner
        self._clock = clock
        self.stored = StoreCounts()

    async def keep(self) -> None:
        """Runs until cancelled."""
        async with asyncio.TaskGroup() as loops:
            loops.create_task(_every(STORE_EVERY, self.store))
            loops.create_task(_every(RENEW_EVERY, self.renew_and_reap))
            loops.create_task(_every(TICK_EVERY, self.tick))
            # At once, too: there are servers that never run for an hour.
            loops.create_task(_every(PURGE_EVERY, self.purge, first_after=0))

    async def store(self) -> None:
        """Write what was heard since the last time, of all turns in one transaction."""
        fresh = [
            (log, log.since(log.stored))
            for log in self._runner.logs()
            if not log.sealed and log.stored < log.last_sequence
        ]
        if not fresh:
            return
        stretches = [(log.turn.id, stretch) for log, stretch in fresh]
        began = time.monotonic()
        try:
            await self._database.write(lambda connection: add_stretches(connection, stretches))
        except StorageError:
            self.stored.failures += 1
            raise
        self.stored.writes += 1
        self.stored.seconds += time.monotonic() - began
        for log, stretch in fresh:
            log.stored += len(stretch.entries)
            self.stored.events += len(stretch.entries)

    async def renew_and_reap(self) -> None:
        if self._runner.logs():
            until = self._clock.now() + LEASE
            await self._database.write(lambda c: renew_leases(c, self._runner.id, until=until))
        await self.reap(alone=False)

    async def reap(self, *, alone: bool) -> int:
        """Give abandoned turns their ending. Returns how many there were.

        `alone` says that every other process is known to be gone, so that no lease need run out.
        """
        now = self._clock.now()
        orphans = await self._database.read(
            lambda c: abandoned_turns(c, runner_id=self._runner.id, now=None if alone else now)
        )
        for turn in orphans:
            with suppress(TurnEndedElsewhereError):
                await self._database.write(lambda c, turn=turn: _interrupt(c, turn, now))
        if orphans:
            logger.info("%s interrupted turns were closed; what was written is kept", len(orphans))
        return len(orphans)

    async def tick(self) -> None:
        for log in self._runner.logs():
            log.tick()

    async def purge(self) -> None:
        now = self._clock.now()
        act = Act("conversations.purged", SYSTEM)

        def unit(connection: Connection) -> int:
            number = purge_deleted(
                connection, before=now - KEPT_AFTER_DELETION, at_most=PURGED_AT_ONCE
            )
            if number:
                record(connection, act.noting(number=number), now=now)
            return number

        while await self._database.write(unit) == PURGED_AT_ONCE:
            pass


def _interrupt(connection: Connection, turn: Turn, now: datetime) -> None:
    """Close a log that its writer left open; the message gets all the text that was stored."""
    entries = [entry for stretch in stored_events(connection, turn.id) for entry in stretch.entries]
    # Killed before the first stretch was stored: a log begins with its first event all the same.
    entries = entries or [encoded(TurnStarted(turn.model, turn.assistant_message_id))]
    kept = kept_words(connection, turn.assistant_message_id)
    ending = Ending(
        status="interrupted",
        text=kept.text + _words(entries, "text-delta"),
        reasoning=(kept.reasoning or "") + _words(entries, "reasoning-delta") or None,
        usage=None,
        failure=None,
        finish_reason=None,
        answered_by=_last_answerer(entries),
        from_cache=_told_from_cache(entries),
        context=_what_was_read(entries),
        entries=[*entries, encoded(TurnInterrupted())],
        ended_at=now,
    )
    end_turn(connection, turn, ending)


def _last_answerer(entries: list[Entry]) -> AnsweredBy | None:
    heard = [orjson.loads(data) for name, data in entries if name == "answered-by"]
    return AnsweredBy(**heard[-1]) if heard else None


def _told_from_cache(entries: list[Entry]) -> AnsweredFromCache | None:
    heard = [orjson.loads(data) for name, data in entries if name == "answered-from-cache"]
    if not heard:
        return None
    told = heard[-1]
    return AnsweredFromCache(datetime.fromisoformat(told["at"]), told["kind"], told["saved_tokens"])


def _what_was_read(entries: list[Entry]) -> ContextRead | None:
    heard = [orjson.loads(data) for name, data in entries if name == "context"]
    return ContextRead(**heard[-1]) if heard else None


def _words(entries: list[Entry], kind: str) -> str:
    return "".join(orjson.loads(data)["text"] for name, data in entries if name == kind)


async def _every(
    seconds: float, deed: Callable[[], Awaitable[object]], *, first_after: float | None = None
) -> None:
    await asyncio.sleep(seconds if first_after is None else first_after)
    while True:
        try:
            await deed()
        except StorageError as refused:
            # Nothing is lost: the next round writes it. The person is told by the turn itself.
            logger.warning("%s", refused.detail)
        except Exception:
            # A turn that cannot be written must not keep the leases of all others from being renewed.
            logger.exception("looking after turns")
            await asyncio.sleep(AFTER_A_BUG)
        await asyncio.sleep(seconds)

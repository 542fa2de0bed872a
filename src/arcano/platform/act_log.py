"""Acts whose deed is no unit of work: files, memory, other servers, and what was refused or tried in vain.

What anybody can cause as often as they like is kept so many times a minute and no more, so that nobody fills the disk by
being refused. What is left out is counted, and the count is kept.
"""

import logging
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from arcano.platform.acts import SYSTEM, Act, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

logger = logging.getLogger(__name__)

PER_ACTOR = 10
"""Refusals a minute of one person or, where nobody is known, of one network address."""
PER_MINUTE = 60
"""Refusals a minute of all together: of 1 kB each, 90 MB for a day that is nothing else."""
_MINUTE = timedelta(minutes=1)


class ActLog:
    """Keeps acts, each in a unit of its own. Put at `app.state.acts` by the wiring."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._minute: datetime | None = None
        self._refusals: Counter[str] = Counter()
        self._left_out = 0

    async def keep(self, act: Act) -> int:
        """Returns its number once it is on disk.

        Raises:
            StorageError: It is not; leave the deed, if it can still be left.
        """
        now = self._clock.now()
        return await self._database.write(lambda c: record(c, act, now=now))

    @asynccontextmanager
    async def around(self, act: Act) -> AsyncGenerator[None]:
        """The block is the deed. It is kept when it is done, or as failed when it raises.

        Between the two a crash can come: only a unit of work has both or neither.
        """
        try:
            yield
        except Exception as failure:
            await self.keep_refusal(
                act.ended("failed", code=getattr(failure, "code", "internal-error"))
            )
            raise
        await self.keep(act)

    async def keep_refusal(self, act: Act) -> None:
        """Keep what was refused or failed, unless there were too many of them this minute.

        Whether it could be kept changes nothing for whoever was refused.
        """
        if not self._has_room(act.actor.id or act.origin.address or ""):
            self._left_out += 1
            return
        try:
            await self._tell_left_out()
            await self.keep(act)
        except StorageError as refused:
            logger.warning("a refused act could not be kept: %s", refused.detail)

    async def settle(self) -> None:
        """Keep the count of what was left out so far. For the end, and now and then."""
        try:
            await self._tell_left_out()
        except StorageError as refused:
            logger.warning("a count of refused acts could not be kept: %s", refused.detail)

    def _has_room(self, source: str) -> bool:
        now = self._clock.now()
        if self._minute is None or not self._minute <= now < self._minute + _MINUTE:
            self._minute = now
            self._refusals.clear()
        if self._refusals[source] >= PER_ACTOR or self._refusals.total() >= PER_MINUTE:
            return False
        self._refusals[source] += 1
        return True

    async def _tell_left_out(self) -> None:
        left_out, self._left_out = self._left_out, 0
        if left_out:
            await self.keep(
                Act("refusals.left-out", SYSTEM, outcome="refused", details={"number": left_out})
            )


async def act_log_of(connection: HTTPConnection) -> ActLog:
    return connection.app.state.acts


Acts = Annotated[ActLog, Depends(act_log_of)]
"""For doors whose deeds write nothing into the database."""

"""Which of several servers is answering a question now: the port, and one server's hold on one question."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Protocol, runtime_checkable

from arcano.inference.cache.shared_answer import Place
from arcano.platform.ids import new_id

LEASE = timedelta(seconds=5)
"""So long after a server has died another one answers in its place."""
LOOK_EVERY_SECONDS = 0.1
"""How often a server looks whether what another one is answering is there."""


@runtime_checkable
class AnswerLeases(Protocol):
    """Kept where servers share their answers. A lease goes by itself after `lease`, unless it is taken on.

    Where leases cannot be reached everybody has every one: it costs a call upstream twice, and nobody waits.
    """

    lease: timedelta

    async def take(self, place: Place, holder: str) -> bool:
        """Take a place, or take it on for another `lease`. Whether `holder` has it now."""
        ...

    async def leave(self, place: Place, holder: str) -> None:
        """Let go of a place, if it is this holder's."""
        ...


class Hold:
    """A server's hold on one question while it answers it, taken on by a task of its own in `tasks`."""

    def __init__(self, leases: AnswerLeases, place: Place, *, tasks: asyncio.TaskGroup) -> None:
        self._leases = leases
        self._place = place
        self._tasks = tasks
        self._holder = new_id()
        self._keeping: asyncio.Task[None] | None = None
        self._left = False

    async def take(self) -> bool:
        """Whether it is this server's turn to ask. Whoever hears so must `leave`."""
        taken = await self._leases.take(self._place, self._holder)
        if taken and self._keeping is None:
            self._keeping = self._tasks.create_task(self._keep(), name="lease of an answer")
        return taken

    async def leave(self) -> None:
        """Others may ask. Once is enough, and it may be called without having been taken."""
        if self._left:
            return
        self._left = True
        if self._keeping is not None:
            # It must be over first: a lease that is taken on after it was left would hold everybody up.
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
        await self._leases.leave(self._place, self._holder)

    async def _keep(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(self._leases.lease.total_seconds() / 3)
                await self._leases.take(self._place, self._holder)

"""People who ask for a place in a queue, run when they may, and end when the test says so.

One task per caller, as in the server. Every wait has a limit, so that a place that never comes is a
failure and not a hanging test.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from arcano.inference import Bounds, CallQueue, Priority, Ticket
from arcano.platform.errors import ArcanoError
from arcano.providers import PhaseEntered

WITHIN_SECONDS = 30


class Caller:
    """One call: what it heard while it waited, and where it is now."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.phases: list[PhaseEntered] = []
        self.waits = asyncio.Event()
        self.runs = asyncio.Event()
        self.may_end = asyncio.Event()
        self.left = asyncio.Event()
        self.heard = asyncio.Event()
        self.refusal: ArcanoError | None = None
        self.task: asyncio.Task[None] | None = None

    @property
    def positions(self) -> list[int | None]:
        return [phase.position for phase in self.phases]

    async def hears(self, position: int) -> PhaseEntered:
        """Returns once the caller has been told that it stands there."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while not self.phases or self.phases[-1].position != position:
                self.heard.clear()
                await self.heard.wait()
        return self.phases[-1]

    async def cancel(self) -> None:
        """The caller goes away in the middle of whatever it does."""
        assert self.task
        self.task.cancel()
        await self.gone()

    async def gone(self) -> None:
        async with asyncio.timeout(WITHIN_SECONDS):
            await self.left.wait()

    async def until_it_runs(self) -> None:
        async with asyncio.timeout(WITHIN_SECONDS):
            await self.runs.wait()


class Callers:
    """All callers of one test. `ran` names them in the order in which they were let run."""

    def __init__(self, queue: CallQueue, tasks: asyncio.TaskGroup) -> None:
        self.queue = queue
        self.ran: list[str] = []
        self.running: list[Caller] = []
        self.most_at_once = 0
        self._tasks = tasks
        self.everybody: list[Caller] = []
        self._somebody_ran = asyncio.Event()

    async def ask(
        self,
        name: str,
        *,
        bounds: Bounds,
        target: str = "gpu",
        user: str | None = None,
        priority: Priority = "interactive",
        weight: float = 1.0,
        queue: CallQueue | None = None,
    ) -> Caller:
        """Somebody asks for a place. Returns once they run, wait, or were refused: see `refusal`."""
        caller = Caller(name)
        ticket = Ticket(target, user or name, priority, weight)
        caller.task = self._tasks.create_task(
            self._call(caller, ticket, bounds, queue or self.queue)
        )
        self.everybody.append(caller)
        async with asyncio.timeout(WITHIN_SECONDS):
            await caller.waits.wait()
        return caller

    async def end_one(self, caller: Caller | None = None) -> None:
        """A running call ends, the one that has run longest if none is named. Returns when it has left."""
        ending = caller or self.running[0]
        ending.may_end.set()
        await ending.gone()

    async def until(self, *, ran: int) -> None:
        """Returns once so many have been let run."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while len(self.ran) < ran:
                self._somebody_ran.clear()
                await self._somebody_ran.wait()

    async def end_all(self) -> None:
        """Each running call ends, the next are let run and end, until nobody is left."""
        for caller in self.everybody:
            caller.may_end.set()
        for caller in self.everybody:
            await caller.gone()

    async def _call(self, caller: Caller, ticket: Ticket, bounds: Bounds, queue: CallQueue) -> None:
        try:
            async with queue.enter(ticket, bounds) as place, aclosing(place.wait()) as phases:
                async for phase in phases:
                    caller.phases.append(phase)
                    caller.heard.set()
                    caller.waits.set()
                self._runs(caller)
                try:
                    await caller.may_end.wait()
                finally:
                    # Still inside: the place is freed after this, not before.
                    self.running.remove(caller)
        except ArcanoError as refusal:
            caller.refusal = refusal
        finally:
            caller.waits.set()
            caller.left.set()

    def _runs(self, caller: Caller) -> None:
        self.ran.append(caller.name)
        self.running.append(caller)
        self.most_at_once = max(self.most_at_once, len(self.running))
        caller.waits.set()
        caller.runs.set()
        self._somebody_ran.set()


@asynccontextmanager
async def callers_of(queue: CallQueue) -> AsyncGenerator[Callers]:
    """Callers who are all gone at the end."""
    async with asyncio.TaskGroup() as tasks:
        callers = Callers(queue, tasks)
        try:
            yield callers
        finally:
            for caller in callers.everybody:
                assert caller.task
                caller.task.cancel()

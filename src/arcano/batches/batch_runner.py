"""The jobs that this process runs: taken under a lease, looked after by the clock, stopped and given back."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from arcano.batches.domain import Batch, BatchId, Trouble
from arcano.batches.lease_repository import LeaseRepository
from arcano.batches.run_batch import JobSurroundings, RunningBatch
from arcano.identity import UserId
from arcano.platform.errors import StorageError

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""A process that has not renewed it for so long is taken for dead."""
LOOK_EVERY = 1.0
"""Must stay well below `LEASE`, or a busy process loses its own jobs."""

_UNFORESEEN = Trouble(
    "internal-error", "Something unexpected went wrong. What was answered is kept; resume to go on."
)

_BARRED = Trouble("account-disabled", "The account that this job belongs to was disabled.")


@dataclass(slots=True, eq=False)
class _Live:
    job: RunningBatch
    task: asyncio.Task[None]


class BatchRunner:
    """Runs jobs inside `tasks`, the application's task group. What a person wants of them is in the database."""

    def __init__(self, around: JobSurroundings, *, tasks: asyncio.TaskGroup) -> None:
        self._around = around
        self._tasks = tasks
        self._live: dict[BatchId, _Live] = {}
        self._drains = False
        self._nudged = asyncio.Event()

    async def begin(self, *, alone: bool) -> None:
        """Before the first look. `alone`: every other process is known to be gone."""
        if alone:
            await self._around.database.write(lambda c: self._leases(c).forget_the_dead())

    async def keep(self) -> None:
        """Runs until cancelled: takes jobs that are to run, and stops those that are not any more."""
        while True:
            try:
                await self.look()
                await self._around.database.write(lambda c: self._leases(c).purge_some())
            except StorageError as refused:
                # Nothing is lost: the next round does it. A lease that runs out meanwhile is another's.
                logger.warning("%s", refused.detail)
            except Exception:
                # Nobody else in this process is to go because a job cannot be read.
                logger.exception("looking after batch jobs")
            await self._until_nudged(LOOK_EVERY)

    def nudge(self) -> None:
        """Somebody changed a job: look now."""
        self._nudged.set()

    def slowed_by(self, batch_id: BatchId) -> Trouble | None:
        """Why a job of this process waits at the moment."""
        live = self._live.get(batch_id)
        return None if live is None else live.job.slowed_by

    async def look(self) -> None:
        """Once: renew what is held, stop what shall not run, take what shall."""
        now = self._around.clock.now()
        states = await self._around.database.write(
            lambda c: self._leases(c).renew(until=now + LEASE)
        )
        for batch_id, live in self._live.items():
            state = states.get(batch_id)
            if state == "paused":
                live.job.stop()
            elif state != "running":
                live.task.cancel()
        if self._drains:
            return
        # Nobody here runs these: the database was locked when they were to be given back. Renewed, they were nobody's.
        left = [batch_id for batch_id in states if batch_id not in self._live]

        def unit(connection: Connection) -> list[Batch]:
            leases = self._leases(connection)
            for batch_id in left:
                leases.release(batch_id)
            return leases.take(now=now, until=now + LEASE)

        for batch in await self._around.database.write(unit):
            self._start(batch)

    async def pause_all_of(self, owner_id: UserId) -> None:
        """Somebody may not come in any more: their jobs wait, and go on when they are resumed."""
        await self._around.database.write(lambda c: self._leases(c).pause_all_of(owner_id, _BARRED))
        tasks = [live.task for live in self._live.values() if live.job.batch.owner_id == owner_id]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def drain(self, seconds: float) -> None:
        """Take nothing new, let rows that are being asked end, and leave the others waiting."""
        self._drains = True
        for live in self._live.values():
            live.job.stop()
        tasks = [live.task for live in self._live.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await self._around.database.write(lambda c: self._leases(c).release_all())

    def _start(self, batch: Batch) -> None:
        if batch.instructions is None:
            return
        job = RunningBatch(batch, batch.instructions, self._around)
        task = self._tasks.create_task(self._run(job), name=f"batch {batch.id}")
        self._live[batch.id] = _Live(job, task)

    async def _run(self, job: RunningBatch) -> None:
        batch_id = job.batch.id
        try:
            await job.run()
        except Exception:
            # One job's bug is not to take the server along, nor to be met again and again.
            logger.exception("batch %s", batch_id)
            await self._give_back(batch_id, _UNFORESEEN)
        else:
            await self._give_back(batch_id)
        finally:
            self._live.pop(batch_id, None)
            self.nudge()

    async def _give_back(self, batch_id: BatchId, trouble: Trouble | None = None) -> None:
        def unit(connection: Connection) -> None:
            leases = self._leases(connection)
            if trouble is not None:
                leases.pause(batch_id, trouble)
            leases.release(batch_id)

        try:
            await self._around.database.write(unit)
        except StorageError as refused:
            logger.warning("%s", refused.detail)

    async def _until_nudged(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._nudged.wait()
        except TimeoutError:
            return
        self._nudged.clear()

    def _leases(self, connection: Connection) -> LeaseRepository:
        return LeaseRepository(connection, self._around.runner_id)

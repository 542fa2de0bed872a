"""One job while it runs: a few rows at a time are asked, and each result is stored once, as soon as it is there.

A row whose result is stored is not asked again. One that was being asked when the process died has no
result: it is asked again, and stored once. Whether this process may run the job is not decided here.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TypeVar

from sqlalchemy import Connection

from arcano.batches.ask_row import Spent, ask_row, call_for
from arcano.batches.domain import Batch, Instructions, RowResult, Trouble, WaitingRow
from arcano.batches.errors import LeaseLostError
from arcano.batches.judge_failure import judge_failure
from arcano.batches.lease_repository import LeaseRepository
from arcano.batches.pace import Pace
from arcano.batches.settings import BatchSettings
from arcano.identity import Viewer
from arcano.inference import Inference
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import ArcanoError, StorageError
from arcano.platform.ids import new_id

logger = logging.getLogger(__name__)

ROWS_READ_AT_ONCE = 100
ALIKE_IN_A_ROW = 20
"""So many rows that fail one after the other for the same reason: the job is at fault, not they."""
STORE_AGAIN_SECONDS = 1.0
LOOK_AGAIN_SECONDS = 0.1

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class JobSurroundings:
    """What running a job needs. `now` and `sleep` are replaced by tests."""

    database: Database
    inference: Inference
    clock: Clock
    settings: BatchSettings
    runner_id: str = field(default_factory=new_id)
    sleep: Sleep = field(default=asyncio.sleep)
    now: Callable[[], float] = field(default=monotonic)


@dataclass(slots=True, eq=False)
class _Asked:
    """A row on its way. `answered_before` counts the job's answers when it was first asked."""

    row: WaitingRow
    answered_before: int
    attempts: int = 0
    spent: Spent = field(default_factory=Spent)


class RunningBatch:
    """One job. `run` returns when no row waits, when it was told to stop, or when it paused itself."""

    def __init__(self, batch: Batch, instructions: Instructions, around: JobSurroundings) -> None:
        self.batch = batch
        self._instructions = instructions
        self._around = around
        self._pace = Pace(around.settings.rows_at_once)
        self._read: deque[WaitingRow] = deque()
        self._again: deque[_Asked] = deque()
        self._last_read = 0
        self._asking = 0
        self._answered = 0
        self._alike: tuple[str, int] = ("", 0)
        self._stopping = False
        self._changed = asyncio.Event()
        self.slowed_by: Trouble | None = None
        """Why it waits at the moment, if somebody asked it to."""

    def stop(self) -> None:
        """Ask no more rows. Those that are being asked are answered and stored."""
        self._stopping = True
        self._changed.set()

    async def run(self) -> None:
        """Cancelling it leaves the rows that were being asked waiting."""
        async with asyncio.TaskGroup() as rows:
            while not self._stopping:
                if self._asking >= self._pace.at_once:
                    await self._something()
                elif not await self._paced():
                    continue
                elif (asked := await self._next()) is not None:
                    self._asking += 1
                    rows.create_task(self._ask(asked))
                elif self._asking:
                    await self._something()
                elif self._again:
                    continue
                elif await self._finish():
                    return
                else:
                    # Rows were told to wait once more, or the job is about to be stopped.
                    await self._around.sleep(LOOK_AGAIN_SECONDS)

    async def _something(self) -> None:
        """Returns when a row has ended, or the job is to stop."""
        await self._changed.wait()
        self._changed.clear()

    async def _paced(self) -> bool:
        """Whether the next row may be asked now; if not, it has waited for a while."""
        seconds = self._pace.seconds_until(self._around.now())
        if seconds <= 0:
            self.slowed_by = None
            return True
        # In pieces, so that a job that is told to stop does not sleep on.
        await self._around.sleep(min(seconds, 1.0))
        return False

    async def _next(self) -> _Asked | None:
        """The row to be asked now; None if there is none at the moment."""
        if not self._again and not self._read:
            await self._read_more()
        if self._again:
            return self._again.popleft()
        return _Asked(self._read.popleft(), self._answered) if self._read else None

    async def _read_more(self) -> None:
        """The next rows that wait.

        Those that are being asked still wait, too, so numbers only grow meanwhile. When nobody is being
        asked it begins anew: rows that failed may have been told to wait once more.
        """
        if not self._asking:
            self._last_read = 0
        after = self._last_read
        self._read.extend(
            await self._around.database.read(
                lambda c: self._lease(c).waiting_rows(
                    self.batch.id, after=after, limit=ROWS_READ_AT_ONCE
                )
            )
        )
        if self._read:
            self._last_read = self._read[-1].number

    async def _finish(self) -> bool:
        now = self._around.clock.now()
        return await self._written(lambda leases: leases.finish(self.batch.id, now=now))

    async def _ask(self, asked: _Asked) -> None:
        try:
            result = await self._result(asked)
            if result is not None:
                await self._store(result)
        except LeaseLostError:
            self.stop()
        finally:
            self._asking -= 1
            self._changed.set()

    async def _result(self, asked: _Asked) -> RowResult | None:
        """What the row ended with; None if it is to be asked again, now or when the job goes on."""
        asked.attempts += 1
        try:
            asker = await self._asker()
            call = call_for(self.batch, self._instructions, asked.row, asker=asker)
            result = await ask_row(
                call, asked.row.number, inference=self._around.inference, spent=asked.spent
            )
        except ArcanoError as failure:
            return await self._after(failure, asked)
        except Exception:
            logger.exception("row %s of batch %s", asked.row.number, self.batch.id)
            return self._failed(asked, Trouble("internal-error", "Something unexpected happened."))
        self._answered += 1
        self._alike = ("", 0)
        self._pace.answered()
        return result

    async def _asker(self) -> Viewer:
        """Read for each row: what is taken from somebody is taken at once."""
        now = self._around.clock.now()
        return await self._around.database.read(lambda c: self._lease(c).asker(self.batch, now=now))

    async def _after(self, failure: ArcanoError, asked: _Asked) -> RowResult | None:
        trouble = Trouble(failure.code, failure.detail)
        match judge_failure(failure):
            case "slow-down":
                asked.attempts -= 1
                self._wait_for(asked, failure.retry_after, trouble)
            case "pause":
                await self._pause(trouble)
            case "pause-if-alone":
                asked.attempts -= 1
                if self._asking == 1:
                    await self._pause(trouble)
                else:
                    # Until those come in, and not until the budget begins anew.
                    self._wait_for(asked, None, trouble)
            case "ask-again":
                if asked.attempts < self._around.settings.row_attempts:
                    self._wait_for(asked, failure.retry_after, trouble)
                elif asked.answered_before == self._answered and not self._is_last:
                    # Nobody was answered meanwhile: the row is not the one at fault.
                    await self._pause(trouble)
                else:
                    return self._failed(asked, trouble)
            case "row-failed":
                return await self._row_failed(asked, trouble)
        return None

    @property
    def _is_last(self) -> bool:
        return self._asking == 1 and not self._again and not self._read

    def _wait_for(self, asked: _Asked, wait: timedelta | None, trouble: Trouble) -> None:
        self._pace.slow_down(self._around.now(), wait)
        self.slowed_by = trouble
        self._again.append(asked)

    async def _row_failed(self, asked: _Asked, trouble: Trouble) -> RowResult | None:
        """One row, unless the last ones all failed so: then the rest are spared."""
        code, times = self._alike
        self._alike = (trouble.code, times + 1 if code == trouble.code else 1)
        if self._alike[1] >= ALIKE_IN_A_ROW:
            await self._pause(trouble)
        return self._failed(asked, trouble)

    def _failed(self, asked: _Asked, trouble: Trouble) -> RowResult:
        return RowResult(
            asked.row.number,
            "failed",
            trouble=trouble,
            usage=asked.spent.usage,
            attempts=asked.attempts,
        )

    async def _pause(self, trouble: Trouble) -> None:
        self.stop()
        await self._written(lambda leases: leases.pause(self.batch.id, trouble))

    async def _store(self, result: RowResult) -> None:
        await self._written(lambda leases: leases.store(self.batch.id, result))

    async def _written(self, deed: Callable[[LeaseRepository], T]) -> T:
        """What a deed gives, once it is on disk. What was answered is not thrown away because a disk is full."""
        while True:
            try:
                return await self._around.database.write(lambda c: deed(self._lease(c)))
            except StorageError as refused:
                logger.warning("%s", refused.detail)
                await self._around.sleep(STORE_AGAIN_SECONDS)

    def _lease(self, connection: Connection) -> LeaseRepository:
        return LeaseRepository(connection, self._around.runner_id)

"""A database that is locked for a moment: no job is stopped by it, and none is lost to those who would run it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, select
from tests.support.batch_house import BatchHouse
from typing_extensions import override

from arcano.batches import BatchRunner
from arcano.batches.domain import BatchId
from arcano.batches.tables import BATCHES
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.providers import ProviderRefusedKeyError

T = TypeVar("T")


class LockedOnce(Database):
    """Refuses the first write once a job is so far, as where somebody else holds the file."""

    def __init__(
        self, house: BatchHouse, batch_id: BatchId, is_so_far: ColumnElement[bool]
    ) -> None:
        self._database = house.database
        self._moment = select(is_so_far).where(BATCHES.c.id == batch_id)
        self.refused = 0

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        if not self.refused and await self.read(lambda c: c.scalar(self._moment)):
            self.refused += 1
            raise StorageError("The database is locked.")
        return await self._database.write(unit)


async def test_a_job_that_could_not_be_given_back_goes_on_when_it_is_resumed(
    house: BatchHouse,
) -> None:
    house.model.always = ProviderRefusedKeyError("No.")
    job = await house.a_job("one")
    locked = LockedOnce(house, job.id, BATCHES.c.state == "paused")
    runner = BatchRunner(replace(house.around, database=locked), tasks=house.tasks)
    await runner.look()
    async with asyncio.timeout(10):
        while not locked.refused:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)

    house.model.always = None
    await house.move(job.id, "running", "paused")
    async with asyncio.timeout(10):
        while (await house.one(job.id)).state != "finished":
            await runner.look()
            await asyncio.sleep(0.01)

    assert (await house.one(job.id)).done_count == 1


async def test_a_job_whose_end_could_not_be_stored_at_once_is_finished_and_not_paused(
    house: BatchHouse,
) -> None:
    job = await house.a_job("one")
    locked = LockedOnce(house, job.id, BATCHES.c.done_count == 1)
    runner = BatchRunner(replace(house.around, database=locked), tasks=house.tasks)

    await runner.look()
    async with asyncio.timeout(10):
        while (done := await house.one(job.id)).state == "running":  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)

    assert (done.state, done.trouble, locked.refused) == ("finished", None, 1)

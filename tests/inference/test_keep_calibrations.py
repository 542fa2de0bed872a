"""What was learned about how models read outlives the server, also when the disk refuses for a while."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database
from typing_extensions import override

from arcano.inference import CalibrationKeeper, Calibrations, kept_calibrations
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

T = TypeVar("T")


class SometimesFull(Database):
    """A database whose disk is full while `is_full`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_full = False
        self.writes = 0

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        self.writes += 1
        if self.is_full:
            raise StorageError("The disk is full.")
        return await self._database.write(unit)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[SometimesFull]:
    kept = await a_database(tmp_path / "arcano.db")
    yield SometimesFull(kept)
    kept.close()


async def test_what_was_learned_is_there_after_a_restart(database: SometimesFull) -> None:
    async with kept_calibrations(database, StillClock()) as before:
        before.learn("small", units=1_000, tokens=1_500)
        learned = before.of("small")

    async with kept_calibrations(database, StillClock()) as after:
        assert after.of("small") == learned
        after.learn("small", units=1_000, tokens=1_500)

    async with kept_calibrations(database, StillClock()) as last:
        assert last.of("small").samples == 2


async def test_nothing_is_written_while_nothing_is_learned(database: SometimesFull) -> None:
    keeper = CalibrationKeeper(Calibrations(), database=database, clock=StillClock())

    await keeper.save()

    assert database.writes == 0


async def test_what_the_disk_refused_is_stored_the_next_time(database: SometimesFull) -> None:
    learned = Calibrations()
    keeper = CalibrationKeeper(learned, database=database, clock=StillClock())
    learned.learn("small", units=1_000, tokens=1_500)
    database.is_full = True
    await keeper.save()

    database.is_full = False
    await keeper.save()

    async with kept_calibrations(database, StillClock()) as after:
        assert after.of("small").samples == 1

"""What was learned about how models read outlives the server, also when the disk refuses for a while."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database
from tests.support.full_disk import FullDisk

from arcano.inference import CalibrationKeeper, Calibrations, kept_calibrations


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[FullDisk]:
    kept = await a_database(tmp_path / "arcano.db")
    yield FullDisk(kept)
    kept.close()


async def test_what_was_learned_is_there_after_a_restart(database: FullDisk) -> None:
    async with kept_calibrations(database, StillClock()) as before:
        before.learn("small", units=1_000, tokens=1_500)
        learned = before.of("small")

    async with kept_calibrations(database, StillClock()) as after:
        assert after.of("small") == learned
        after.learn("small", units=1_000, tokens=1_500)

    async with kept_calibrations(database, StillClock()) as last:
        assert last.of("small").samples == 2


async def test_nothing_is_written_while_nothing_is_learned(database: FullDisk) -> None:
    keeper = CalibrationKeeper(Calibrations(), database=database, clock=StillClock())

    await keeper.save()

    assert database.writes == 0


async def test_what_the_disk_refused_is_stored_the_next_time(database: FullDisk) -> None:
    learned = Calibrations()
    keeper = CalibrationKeeper(learned, database=database, clock=StillClock())
    learned.learn("small", units=1_000, tokens=1_500)
    database.is_full = True
    await keeper.save()

    database.is_full = False
    await keeper.save()

    async with kept_calibrations(database, StillClock()) as after:
        assert after.of("small").samples == 1

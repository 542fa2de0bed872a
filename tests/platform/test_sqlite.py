"""The database on SQLite: many wait for one commit, and one who fails fails alone."""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from arcano.platform.errors import StorageError
from arcano.platform.sqlite import SqliteDatabase


@pytest.fixture
def database(tmp_path: Path) -> Generator[SqliteDatabase]:
    database = SqliteDatabase(tmp_path / "test.db")
    asyncio.run(
        database.write(lambda c: c.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT)")))
    )
    yield database
    database.close()


def put(number: int, words: str = "") -> Callable[[Connection], int]:
    def unit(connection: Connection) -> int:
        connection.execute(text("INSERT INTO t VALUES (:n, :s)"), {"n": number, "s": words})
        return number

    return unit


async def numbers(database: SqliteDatabase) -> list[int]:
    return await database.read(
        lambda c: [row.n for row in c.execute(text("SELECT n FROM t ORDER BY n"))]
    )


async def test_what_write_returned_is_read_by_others(database: SqliteDatabase) -> None:
    assert await database.write(put(1)) == 1

    assert await numbers(database) == [1]


async def test_units_that_wait_share_a_commit_and_keep_their_order(
    database: SqliteDatabase,
) -> None:
    results = await asyncio.gather(*(database.write(put(n)) for n in range(500)))

    assert results == list(range(500))
    assert await numbers(database) == results


async def test_a_unit_that_fails_is_undone_alone(database: SqliteDatabase) -> None:
    def fails(connection: Connection) -> None:
        put(100)(connection)
        raise ZeroDivisionError

    results = await asyncio.gather(
        database.write(put(1)),
        database.write(fails),
        database.write(put(1)),
        database.write(put(2)),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [int, ZeroDivisionError, IntegrityError, int]
    assert await numbers(database) == [1, 2]


async def test_whatever_a_unit_raises_others_are_served_after_it(database: SqliteDatabase) -> None:
    def closes_the_connection(connection: Connection) -> None:
        connection.connection.close()

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, it is told
        await database.write(closes_the_connection)

    assert await numbers(database) == []


async def test_a_full_disk_is_said_and_passes(database: SqliteDatabase) -> None:
    await database.write(lambda c: c.execute(text("PRAGMA max_page_count = 8")).all())

    with pytest.raises(StorageError, match="disk is full"):
        await database.write(put(1, "x" * 100_000))

    await database.write(lambda c: c.execute(text("PRAGMA max_page_count = 100000")).all())
    await database.write(put(2))
    assert await numbers(database) == [2]


async def test_those_who_share_a_commit_with_the_one_that_fills_the_disk_are_told_or_kept(
    database: SqliteDatabase,
) -> None:
    await database.write(lambda c: c.execute(text("PRAGMA max_page_count = 8")).all())

    results = await asyncio.gather(
        database.write(put(1)),
        database.write(put(2, "x" * 100_000)),
        database.write(put(3)),
        return_exceptions=True,
    )

    kept = [result for result in results if isinstance(result, int)]
    assert isinstance(results[1], StorageError)
    assert await numbers(database) == kept


async def test_a_lock_of_another_program_is_waited_out(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(database.write(put(1)))
        await asyncio.sleep(0.1)
        other.execute("COMMIT")
    other.close()

    assert waiting.result() == 1


async def test_readers_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(StorageError):
        await database.read(put(1))


def test_every_acknowledged_commit_is_synced(database: SqliteDatabase) -> None:
    async def pragmas() -> tuple[int, str]:
        return await database.write(
            lambda c: (
                c.execute(text("PRAGMA synchronous")).scalar_one(),
                c.execute(text("PRAGMA journal_mode")).scalar_one(),
            )
        )

    assert asyncio.run(pragmas()) == (2, "wal")

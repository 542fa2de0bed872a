"""Saying what happened: what an act may tell, and that it is kept with the deed or not at all."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from tests.support.acts import recorded
from tests.support.clock import StillClock

from arcano.entrypoints.migrations import migrate
from arcano.platform.acts import (
    MAX_TEXT,
    Act,
    Actor,
    Detail,
    Origin,
    Subject,
    origin,
    record,
)
from arcano.platform.audit_records import BEFORE_ALL, AuditRecord, digest_of
from arcano.platform.sqlite import SqliteDatabase

ADA = Actor("person", "ada", "Ada")
NOW = StillClock().now()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[SqliteDatabase]:
    database = await asyncio.to_thread(SqliteDatabase, tmp_path / "arcano.db")
    await database.write(migrate)
    await database.write(lambda c: c.execute(text("CREATE TABLE deeds (n INTEGER PRIMARY KEY)")))
    yield database
    database.close()


def an_act(action: str = "route.made", **details: Detail) -> Act:
    return Act(action, ADA, Subject("route", "r-1"), details=details)


def deed(number: int, *, fails: bool = False) -> Callable[[Connection], int]:
    """A deed with its act. One that fails does so after both are written."""

    def unit(connection: Connection) -> int:
        connection.execute(text("INSERT INTO deeds VALUES (:n)"), {"n": number})
        sequence = record(connection, an_act(number=number), now=NOW)
        if fails:
            raise ZeroDivisionError
        return sequence

    return unit


async def deeds(database: SqliteDatabase) -> list[int]:
    return await database.read(
        lambda c: list(c.scalars(text("SELECT n FROM deeds ORDER BY n")).all())
    )


def is_whole(records: list[AuditRecord]) -> bool:
    befores = [BEFORE_ALL, *(record.hash for record in records)]
    return all(
        one.sequence == number and one.previous == before and one.hash == digest_of(one)
        for number, (before, one) in enumerate(zip(befores, records, strict=False), 1)
    )


async def test_an_act_is_kept_with_who_what_on_what_from_where_when_and_how_it_ended(
    database: SqliteDatabase,
) -> None:
    asked_from = origin.set(Origin("192.0.2.7", "req-1", "A browser"))
    act = Act("route.changed", ADA, Subject("route", "r-1"), details={"version": 3, "name": "a"})
    origin.reset(asked_from)

    await database.write(lambda c: record(c, act.ended("failed", again=True), now=NOW))

    [row] = await recorded(database)
    assert replace(row, hash=b"") == AuditRecord(
        sequence=1,
        at=NOW,
        action="route.changed",
        outcome="failed",
        actor_kind="person",
        actor_id="ada",
        actor_name="Ada",
        subject_kind="route",
        subject_id="r-1",
        address="192.0.2.7",
        request_id="req-1",
        user_agent="A browser",
        details='{"again":true,"name":"a","version":3}',
        previous=BEFORE_ALL,
        hash=b"",
    )
    assert row.hash == digest_of(row)


async def test_each_row_names_the_hash_of_the_one_before(database: SqliteDatabase) -> None:
    await asyncio.gather(*(database.write(deed(n)) for n in range(200)))

    records = await recorded(database)
    assert len(records) == 200
    assert is_whole(records)


async def test_a_deed_that_is_undone_leaves_no_act_and_no_gap(database: SqliteDatabase) -> None:
    results = await asyncio.gather(
        *(database.write(deed(n, fails=n % 3 == 1)) for n in range(60)), return_exceptions=True
    )

    records = await recorded(database)
    done = [n for n in range(60) if n % 3 != 1]
    assert [r for r in results if isinstance(r, int)] == list(range(1, len(done) + 1))
    assert await deeds(database) == done
    assert [one.details for one in records] == [f'{{"number":{n}}}' for n in done]
    assert is_whole(records)


async def test_an_act_that_cannot_be_kept_undoes_its_deed(database: SqliteDatabase) -> None:
    def unit(connection: Connection) -> None:
        connection.execute(text("INSERT INTO deeds VALUES (1)"))
        connection.execute(text("DROP TABLE audit_records"))
        record(connection, an_act(), now=NOW)

    with pytest.raises(Exception, match="audit_records"):
        await database.write(unit)

    assert await deeds(database) == []
    assert await recorded(database) == []


async def test_an_act_of_a_group_that_the_disk_refused_does_not_break_the_chain(
    database: SqliteDatabase,
) -> None:
    await database.write(deed(1))
    pages = await database.write(lambda c: c.execute(text("PRAGMA page_count")).scalar_one())
    await database.write(lambda c: c.execute(text(f"PRAGMA max_page_count = {pages + 2}")).all())

    def too_much(connection: Connection) -> None:
        deed(2)(connection)
        connection.execute(text("CREATE TABLE large AS SELECT zeroblob(900000)"))

    await asyncio.gather(database.write(deed(3)), database.write(too_much), return_exceptions=True)
    await database.write(lambda c: c.execute(text("PRAGMA max_page_count = 100000")).all())
    await database.write(deed(4))

    records = await recorded(database)
    assert is_whole(records)
    assert [one.details for one in records] == [f'{{"number":{n}}}' for n in await deeds(database)]


async def test_another_process_may_append_meanwhile(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    await database.write(deed(1))
    other = SqliteDatabase(tmp_path / "arcano.db")
    await other.write(deed(2))
    await database.write(deed(3))
    await other.write(deed(4))
    other.close()

    records = await recorded(database)
    assert len(records) == 4
    assert is_whole(records)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_records SET actor_name = 'Eve' WHERE sequence = 1",
        "DELETE FROM audit_records WHERE sequence = 2",
        "DELETE FROM audit_records",
        "INSERT OR REPLACE INTO audit_records SELECT * FROM audit_records WHERE sequence = 1",
        "INSERT INTO audit_records SELECT 7, at, action, outcome, actor_kind, actor_id, actor_name,"
        " subject_kind, subject_id, address, request_id, user_agent, details, previous, hash"
        " FROM audit_records WHERE sequence = 1",
        "INSERT INTO audit_records SELECT 3, at, action, outcome, actor_kind, actor_id, actor_name,"
        " subject_kind, subject_id, address, request_id, user_agent, details, previous, hash"
        " FROM audit_records WHERE sequence = 1",
    ],
)
async def test_the_database_itself_takes_nothing_but_the_next_row(
    database: SqliteDatabase, statement: str
) -> None:
    await database.write(deed(1))
    await database.write(deed(2))
    before = await recorded(database)

    with pytest.raises(IntegrityError, match="audit trail"):
        await database.write(lambda c: c.execute(text(statement)))

    assert await recorded(database) == before


def test_any_program_that_opens_the_file_is_refused_too(tmp_path: Path) -> None:
    async def prepare() -> None:
        database = SqliteDatabase(tmp_path / "arcano.db")
        await database.write(migrate)
        await database.write(lambda c: record(c, an_act(), now=NOW))
        database.close()

    asyncio.run(prepare())
    stranger = sqlite3.connect(tmp_path / "arcano.db")

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute("DELETE FROM audit_records")
    stranger.close()


@pytest.mark.parametrize(
    ("action", "details"),
    [
        ("Route Made", {}),
        ("route.made", {"a name": 1}),
        ("route.made", {"n" * number: number for number in range(1, 15)}),
    ],
)
def test_an_act_is_named_in_few_and_simple_words(action: str, details: dict[str, Detail]) -> None:
    with pytest.raises(ValueError, match=r"name|details"):
        Act(action, ADA, details=details)


@pytest.mark.parametrize("value", [{"content": "Hello"}, ["Hello"], b"Hello", None, 1.5])
def test_a_detail_is_a_text_a_number_or_a_truth(value: object) -> None:
    with pytest.raises(TypeError):
        Act("route.made", ADA, details={"what": value})  # pyright: ignore[reportArgumentType]  # what is refused


async def test_long_texts_are_cut_and_what_cannot_be_printed_is_left_out(
    database: SqliteDatabase,
) -> None:
    nasty = "line\nline\x00\x1b[31m\u202eend\ud800"
    act = Act(
        "route.made",
        Actor("person", "ada", "A" * 5000),
        Subject("route", nasty),
        details={"name": "n" * 5000},
        origin=Origin("x" * 5000, "req", "é" * 5000),
    )

    await database.write(lambda c: record(c, act, now=NOW))

    [row] = await recorded(database)
    assert row.subject_id == "line line  [31m end "
    assert row.actor_name == "A" * (MAX_TEXT - 1) + "…"
    assert len(row.address or "") == len(row.user_agent or "") == MAX_TEXT
    assert len(row.details) < MAX_TEXT + 20
    assert is_whole([row])

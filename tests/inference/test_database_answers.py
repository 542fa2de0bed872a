"""Answers in the database: a restart keeps them, hearing them writes nothing, and a disk in trouble loses no answer."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, delete, func, select, update
from tests.support.answer_bench import a_question, answer_bench, labels
from tests.support.chat_house import add_person
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database
from tests.support.full_disk import FullDisk
from tests.support.storyteller import STORY, Storyteller
from typing_extensions import override

from arcano.identity.tables import USERS
from arcano.inference.cache.answer_store import COARSE, StoredAnswer, StoreRules, StoreSizes
from arcano.inference.cache.database_store import DatabaseAnswers
from arcano.inference.cache.layered_store import LayeredAnswers
from arcano.inference.cache.memory_store import MemoryAnswers
from arcano.inference.cache.tables import CACHED_ANSWERS
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.platform.sqlite import SqliteDatabase

T = TypeVar("T")
RULES = StoreRules(timedelta(hours=24), 1_000_000)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[SqliteDatabase]:
    database = await a_database(tmp_path / "arcano.db")
    try:
        yield database
    finally:
        database.close()


async def test_a_restart_finds_what_was_kept(database: SqliteDatabase) -> None:
    clock = StillClock()
    person = await add_person(database, clock, "ada")
    east = Storyteller()
    store = DatabaseAnswers(database, RULES, clock)
    async with answer_bench({"east": east}, store=store) as bench:
        await bench.ask(a_question(user=person))

    store = DatabaseAnswers(database, RULES, clock)
    async with answer_bench({"east": east}, store=store) as bench:
        told = await bench.ask(a_question(user=person))

    assert (told.text, labels(told)) == (STORY, ["same"])
    assert len(east.asked) == 1


async def test_hearing_an_answer_writes_nothing_until_another_one_is_kept(
    database: SqliteDatabase,
) -> None:
    clock = StillClock()
    person = await add_person(database, clock, "ada")
    disk = FullDisk(database)
    store = LayeredAnswers(MemoryAnswers(RULES, clock), DatabaseAnswers(disk, RULES, clock))
    await store.put(b"one", StoredAnswer(b"Yes.", person, clock.now()))
    clock.pass_by(COARSE)
    before = disk.writes

    for _ in range(100):
        assert await store.get(b"one") is not None
    heard = disk.writes - before
    await store.put(b"two", StoredAnswer(b"No.", person, clock.now()))
    used_at = await database.read(
        lambda c: c.scalar(
            select(CACHED_ANSWERS.c.used_at).where(CACHED_ANSWERS.c.digest == b"one")
        )
    )

    assert heard == 0
    assert used_at == clock.now()


async def test_a_full_disk_costs_the_cache_and_not_the_answer(database: SqliteDatabase) -> None:
    clock = StillClock()
    person = await add_person(database, clock, "ada")
    disk = FullDisk(database)
    east = Storyteller()
    store = DatabaseAnswers(disk, RULES, clock)
    async with answer_bench({"east": east}, store=store) as bench:
        disk.is_full = True
        told = [await bench.ask(a_question(user=person)) for _ in range(2)]
        disk.is_full = False
        await bench.ask(a_question(user=person))
        kept = await bench.ask(a_question(user=person))

    assert [(one.text, one.error, labels(one)) for one in told] == [(STORY, None, [])] * 2
    assert labels(kept) == ["same"]


async def test_what_could_not_be_forgotten_is_told(database: SqliteDatabase) -> None:
    disk = FullDisk(database)
    disk.is_full = True

    with pytest.raises(StorageError):
        await DatabaseAnswers(disk, RULES, StillClock()).forget()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"pieces": 1}', b"\xff"])
async def test_a_row_that_somebody_spoiled_is_asked_for_anew(
    database: SqliteDatabase, body: bytes
) -> None:
    clock = StillClock()
    person = await add_person(database, clock, "ada")
    east = Storyteller()
    store = DatabaseAnswers(database, RULES, clock)
    async with answer_bench({"east": east}, store=store) as bench:
        await bench.ask(a_question(user=person))
        await database.write(lambda c: c.execute(update(CACHED_ANSWERS).values(body=body)))

        spoiled = await bench.ask(a_question(user=person))
        mended = await bench.ask(a_question(user=person))

    assert (spoiled.text, labels(spoiled)) == (STORY, [])
    assert (mended.text, labels(mended)) == (STORY, ["same"])


async def test_an_account_that_goes_takes_its_answers_along(database: SqliteDatabase) -> None:
    clock = StillClock()
    ada = await add_person(database, clock, "ada")
    ben = await add_person(database, clock, "ben")
    store = DatabaseAnswers(database, RULES, clock)
    for digest, person in ((b"one", ada), (b"two", ben)):
        await store.put(digest, StoredAnswer(b"Yes.", person, clock.now()))

    await database.write(lambda c: c.execute(delete(USERS).where(USERS.c.id == ada)))
    await store.put(b"three", StoredAnswer(b"Yes.", ada, clock.now()))

    assert await store.get(b"one") is None
    assert await store.get(b"three") is None, "whose question it was is gone"
    assert await store.get(b"two") is not None


async def test_the_sum_of_what_is_kept_is_right_after_anything(database: SqliteDatabase) -> None:
    clock = StillClock()
    person = await add_person(database, clock, "ada")
    rules = StoreRules(timedelta(hours=24), 5000)
    store = DatabaseAnswers(database, rules, clock)
    for number in range(300):
        clock.pass_by(timedelta(minutes=number % 7))
        body = b"x" * (number * 37 % 2000)
        await store.put(b"%d" % (number % 40), StoredAnswer(body, person, clock.now()))
        if number == 150:
            await store.forget(asked_by="nobody")

    sizes = await store.sizes()
    counted = await database.read(
        lambda c: c.execute(select(func.count(), func.sum(CACHED_ANSWERS.c.size_bytes))).one()
    )

    assert sizes == StoreSizes(*counted)
    assert 5000 - 2200 < sizes.bytes <= 5000


async def test_what_is_forgotten_while_it_is_read_does_not_come_back(
    database: SqliteDatabase,
) -> None:
    clock = StillClock()
    person = await add_person(database, clock, "ada")
    slow = SlowReading(database)
    store = LayeredAnswers(MemoryAnswers(RULES, clock), DatabaseAnswers(slow, RULES, clock))
    await DatabaseAnswers(database, RULES, clock).put(
        b"one", StoredAnswer(b"Yes.", person, clock.now())
    )
    slow.meanwhile = store.forget

    await store.get(b"one")

    assert await store.get(b"one") is None


class SlowReading(Database):
    """Something happens between a read and its answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        found = await self._database.read(unit)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return found

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        return await self._database.write(unit)

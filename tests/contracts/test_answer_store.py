"""What every store of answers promises: what was kept is found, for its time, within its room.

One suite for the port `AnswerStore`: memory, the database, memory in front of the database, and a real Redis.
"""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.chat_house import add_person
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database
from tests.support.redis import UNHURRIED, a_corner, a_redis

from arcano.inference.cache.answer_store import (
    COARSE,
    ENTRY_BYTES,
    AnswerStore,
    StoredAnswer,
    StoreRules,
    StoreSizes,
)
from arcano.inference.cache.database_store import DatabaseAnswers
from arcano.inference.cache.layered_store import LayeredAnswers
from arcano.inference.cache.memory_store import MemoryAnswers
from arcano.inference.cache.redis_store import redis_answers
from arcano.platform.sqlite import SqliteDatabase

KEPT_FOR = timedelta(hours=24)
BODY_BYTES = 1000
ROOM_FOR_THREE = 3 * (BODY_BYTES + ENTRY_BYTES)


@dataclass(frozen=True, slots=True)
class Subject:
    """A store under test with two people, and time that passes when told to."""

    store: AnswerStore
    clock: StillClock
    anna: str
    ben: str

    async def keep(self, digest: bytes, *, asked_by: str | None = None, body: str = "x") -> None:
        """An answer of the usual size, kept now."""
        answer = StoredAnswer(body.encode() * BODY_BYTES, asked_by or self.anna, self.clock.now())
        await self.store.put(digest, answer)

    async def found(self, *digests: bytes) -> list[bytes]:
        return [digest for digest in digests if await self.store.get(digest) is not None]


Kind = Callable[[pytest.FixtureRequest, Path, StoreRules], AbstractAsyncContextManager[Subject]]


@pytest.fixture(scope="module")
def redis_url() -> Generator[str]:
    with a_redis() as url:
        yield url


@asynccontextmanager
async def open_database(folder: Path) -> AsyncGenerator[SqliteDatabase]:
    database = await a_database(folder / "arcano.db")
    try:
        yield database
    finally:
        database.close()


@asynccontextmanager
async def in_memory(
    _: pytest.FixtureRequest, _folder: Path, rules: StoreRules
) -> AsyncGenerator[Subject]:
    clock = StillClock()
    yield Subject(MemoryAnswers(rules, clock), clock, "anna", "ben")


@asynccontextmanager
async def in_database(
    _: pytest.FixtureRequest, folder: Path, rules: StoreRules
) -> AsyncGenerator[Subject]:
    clock = StillClock()
    async with open_database(folder) as database:
        people = [await add_person(database, clock, name) for name in ("anna", "ben")]
        yield Subject(DatabaseAnswers(database, rules, clock), clock, *people)


@asynccontextmanager
async def in_layers(
    _: pytest.FixtureRequest, folder: Path, rules: StoreRules
) -> AsyncGenerator[Subject]:
    clock = StillClock()
    async with open_database(folder) as database:
        people = [await add_person(database, clock, name) for name in ("anna", "ben")]
        front = MemoryAnswers(rules, clock)
        store = LayeredAnswers(front, DatabaseAnswers(database, rules, clock))
        yield Subject(store, clock, *people)


@asynccontextmanager
async def in_redis(
    request: pytest.FixtureRequest, _folder: Path, rules: StoreRules
) -> AsyncGenerator[Subject]:
    clock = StillClock()
    async with (
        a_corner(request.getfixturevalue("redis_url")) as corner,
        redis_answers(
            corner.url, rules, clock, namespace=corner.namespace, patience=UNHURRIED
        ) as store,
    ):
        yield Subject(store, clock, "anna", "ben")


@pytest.fixture(
    params=[
        pytest.param(in_memory, id="memory"),
        pytest.param(in_database, id="database"),
        pytest.param(in_layers, id="layers"),
        pytest.param(in_redis, id="redis"),
    ]
)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Subject]:
    kind: Kind = request.param
    async with kind(request, tmp_path, StoreRules(KEPT_FOR, ROOM_FOR_THREE)) as subject:
        yield subject


async def test_what_was_kept_is_found_as_it_was(subject: Subject) -> None:
    answer = StoredAnswer(b'{"any": "bytes \x00\xff"}', subject.anna, subject.clock.now())

    await subject.store.put(b"\x00\xffdigest", answer)

    assert await subject.store.get(b"\x00\xffdigest") == answer
    assert await subject.store.get(b"another") is None


async def test_a_later_answer_takes_the_place_of_the_one_before(subject: Subject) -> None:
    await subject.keep(b"one", body="a")
    await subject.keep(b"one", body="b", asked_by=subject.ben)

    found = await subject.store.get(b"one")

    assert found is not None
    assert (found.body[:1], found.asked_by) == (b"b", subject.ben)
    assert await subject.store.sizes() == StoreSizes(1, BODY_BYTES + ENTRY_BYTES)


async def test_an_answer_is_found_until_its_time_is_over(subject: Subject) -> None:
    await subject.keep(b"one")

    subject.clock.pass_by(KEPT_FOR - timedelta(seconds=1))
    before = await subject.found(b"one")
    subject.clock.pass_by(timedelta(seconds=1))

    assert before == [b"one"]
    assert await subject.found(b"one") == []


async def test_what_is_too_old_makes_room_when_something_is_kept(subject: Subject) -> None:
    await subject.keep(b"old")
    subject.clock.pass_by(KEPT_FOR)

    await subject.keep(b"new")

    assert await subject.store.sizes() == StoreSizes(1, BODY_BYTES + ENTRY_BYTES)


async def test_the_room_is_never_exceeded_and_the_oldest_goes_first(subject: Subject) -> None:
    for digest in (b"one", b"two", b"three", b"four"):
        await subject.keep(digest)
        subject.clock.pass_by(COARSE)

    assert await subject.found(b"one", b"two", b"three", b"four") == [b"two", b"three", b"four"]
    assert await subject.store.sizes() == StoreSizes(3, ROOM_FOR_THREE)


async def test_what_was_heard_lately_stays(subject: Subject) -> None:
    for digest in (b"one", b"two", b"three"):
        await subject.keep(digest)
        subject.clock.pass_by(COARSE)

    heard = await subject.found(b"one")
    subject.clock.pass_by(COARSE)
    await subject.keep(b"four")

    assert heard == [b"one"]
    assert await subject.found(b"one", b"two", b"three", b"four") == [b"one", b"three", b"four"]


async def test_an_answer_larger_than_all_room_is_not_kept_and_pushes_nobody_out(
    subject: Subject,
) -> None:
    await subject.keep(b"one")
    large = StoredAnswer(b"x" * ROOM_FOR_THREE, subject.anna, subject.clock.now())

    await subject.store.put(b"large", large)
    await subject.store.put(b"one", large)

    assert await subject.found(b"one", b"large") == []
    assert await subject.store.sizes() == StoreSizes(0, 0)


async def test_what_one_person_asked_can_be_forgotten(subject: Subject) -> None:
    await subject.keep(b"one", asked_by=subject.anna)
    await subject.keep(b"two", asked_by=subject.ben)

    await subject.store.forget(asked_by=subject.anna)

    assert await subject.found(b"one", b"two") == [b"two"]
    assert (await subject.store.sizes()).answers == 1


async def test_everything_can_be_forgotten_and_the_room_is_free_again(subject: Subject) -> None:
    for digest in (b"one", b"two", b"three"):
        await subject.keep(digest)

    await subject.store.forget()
    after = await subject.store.sizes()
    for digest in (b"four", b"five", b"six"):
        await subject.keep(digest)

    assert after == StoreSizes(0, 0)
    assert await subject.found(b"one", b"four", b"five", b"six") == [b"four", b"five", b"six"]

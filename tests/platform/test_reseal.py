"""Going through what is sealed: everything comes along, what others write meanwhile stands, and it can be broken off."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)
from typing_extensions import override

from arcano.platform.database import Database
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.change_keys import add_key, drop_unused_keys
from arcano.platform.secrets.columns import (
    DELETE_ROW,
    SealedColumn,
    sealed_columns,
    secret_at_rest,
    text_at_rest,
)
from arcano.platform.secrets.errors import SecretCommandError, SecretKeyError, SecretUnreadableError
from arcano.platform.secrets.key_file import KeyFile
from arcano.platform.secrets.keys import FixedKeys, KeyRing, new_key
from arcano.platform.secrets.reseal import (
    find_unreadable,
    forget_unreadable,
    open_texts,
    seal_texts,
    seal_with_first_key,
)
from arcano.platform.secrets.survey import expect_known_keys, in_all, survey
from arcano.platform.secrets.texts import MARK, Texts, texts_of
from arcano.platform.sqlite import SqliteDatabase

T = TypeVar("T")

METADATA = MetaData()
BOOKS = Table(
    "books",
    METADATA,
    Column("id", String, primary_key=True),
    Column("pin", LargeBinary, info=secret_at_rest(first_place="books/{}/pin")),
    Column("title", String, info=text_at_rest()),
)
PAGES = Table(
    "pages",
    METADATA,
    Column("book_id", String, ForeignKey("books.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False, info=text_at_rest(lost=DELETE_ROW)),
)
COLUMNS = sealed_columns(METADATA)
PIN = SealedColumn(BOOKS.c.pin)
TITLE = SealedColumn(BOOKS.c.title)
BODY = SealedColumn(PAGES.c.body)
BOOK_COUNT, PAGE_COUNT = 250, 130


class Overtaken(Database):
    """A database where somebody else always writes first."""

    def __init__(self, database: Database, first: Callable[[Connection], object]) -> None:
        self._database = database
        self._first = first

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        await self._database.write(self._first)
        return await self._database.write(unit)


class Library:
    """A database with a key file, and books with pins, titles and pages in it."""

    def __init__(self, folder: Path) -> None:
        self.keys = KeyFile.make(folder / "secret.key")
        self.box = SecretBox(self.keys)
        self.database = SqliteDatabase(folder / "books.db", texts=Texts(self.box, sealing=True))

    async def fill(self) -> None:
        def unit(connection: Connection) -> None:
            METADATA.create_all(connection)
            texts = texts_of(connection)
            for number in range(BOOK_COUNT):
                name = f"{number:04}"
                pin = self.box.seal(f"pin {name}".encode(), PIN, name) if number % 5 else None
                title = texts.kept(f"title {name}", TITLE, name)
                connection.execute(insert(BOOKS).values(id=name, pin=pin, title=title))
            for number in range(PAGE_COUNT):
                body = texts.kept_bytes(b'{"page":%d}' % number, BODY, "0001", number)
                connection.execute(insert(PAGES).values(book_id="0001", number=number, body=body))

        await self.database.write(unit)

    async def used(self) -> dict[str, int]:
        """How many values there are by the name of their key."""
        return dict(in_all(await self.database.read(lambda c: survey(c, COLUMNS))))

    async def plain(self) -> int:
        surveys = await self.database.read(lambda c: survey(c, COLUMNS))
        return sum(one.plain for one in surveys)

    async def expect_all_readable(self, keys: KeyRing | None = None) -> None:
        box = SecretBox(self.keys if keys is None else FixedKeys(keys))
        texts = Texts(box)

        def unit(connection: Connection) -> None:
            for row in connection.execute(select(BOOKS)):
                assert texts.read(row.title, TITLE, row.id) == f"title {row.id}"
                assert (row.pin is None) == (int(row.id) % 5 == 0)
                assert row.pin is None or box.open(row.pin, PIN, row.id) == f"pin {row.id}".encode()
            for row in connection.execute(select(PAGES)):
                body = texts.read_bytes(row.body, BODY, row.book_id, row.number)
                assert body == b'{"page":%d}' % row.number

        await self.database.read(unit)


ALL = BOOK_COUNT * 4 // 5 + BOOK_COUNT + PAGE_COUNT


@pytest_asyncio.fixture
async def library(tmp_path: Path) -> AsyncGenerator[Library]:
    library = Library(tmp_path)
    await library.fill()
    yield library
    library.database.close()


async def test_a_new_key_takes_over_every_value_of_every_column(library: Library) -> None:
    old = library.keys.ring.first

    new = await add_key(library.database, library.keys)
    outcome = await seal_with_first_key(library.database, COLUMNS, library.box)

    assert (outcome.changed, outcome.unreadable) == (ALL, [])
    assert await library.used() == {new.name: ALL}
    assert library.keys.ring.keys[1].secret == old.secret
    await library.expect_all_readable(KeyRing((new,)))


async def test_a_second_run_finds_nothing_to_do(library: Library) -> None:
    await add_key(library.database, library.keys)
    await seal_with_first_key(library.database, COLUMNS, library.box)

    again = await seal_with_first_key(library.database, COLUMNS, library.box)

    assert (again.changed, again.unreadable) == (0, [])


@pytest.mark.parametrize("after_seconds", [0.0, 0.01, 0.03])
async def test_what_was_broken_off_is_readable_and_goes_on(
    after_seconds: float, library: Library
) -> None:
    new = await add_key(library.database, library.keys)
    async with asyncio.TaskGroup() as tasks:
        run = tasks.create_task(seal_with_first_key(library.database, COLUMNS, library.box))
        await asyncio.sleep(after_seconds)
        run.cancel()

    await library.expect_all_readable()
    outcome = await seal_with_first_key(library.database, COLUMNS, library.box)

    assert outcome.changed <= ALL
    assert await library.used() == {new.name: ALL}
    await library.expect_all_readable()


async def test_what_is_written_meanwhile_stands_and_has_the_new_key(library: Library) -> None:
    """A second process, as a server is one, with the file and the database open since before."""
    server = Library.__new__(Library)
    server.keys = KeyFile(library.keys.path)
    server.box = SecretBox(server.keys)
    texts = Texts(server.box, sealing=True)
    path = library.keys.path.with_name("books.db")
    server.database = SqliteDatabase(path, texts=texts)
    writes = 0

    async def keep_writing() -> None:
        nonlocal writes
        while True:
            name = f"{(writes * 37) % BOOK_COUNT:04}"

            def unit(connection: Connection, name: str = name) -> None:
                title = texts_of(connection).kept(f"title {name}", TITLE, name)
                changed = update(BOOKS).where(BOOKS.c.id == name).values(title=title)
                connection.execute(changed)

            await server.database.write(unit)
            writes += 1

    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(keep_writing())
        new = await add_key(library.database, library.keys)
        await seal_with_first_key(library.database, COLUMNS, library.box)
        writing.cancel()
    server.database.close()

    assert writes > 0
    assert await library.used() == {new.name: ALL}
    await library.expect_all_readable(KeyRing((new,)))


async def test_a_value_that_was_changed_since_it_was_read_stands(library: Library) -> None:
    """Or else a key that a person has just entered would be the old one again."""

    def entered(connection: Connection) -> None:
        for name in ("0001", "0111"):
            pin = library.box.seal(b"entered since", PIN, name)
            connection.execute(update(BOOKS).where(BOOKS.c.id == name).values(pin=pin))

    new = await add_key(library.database, library.keys)
    overtaken = Overtaken(library.database, entered)
    outcome = await seal_with_first_key(overtaken, COLUMNS, library.box)

    def pins(connection: Connection) -> list[bytes]:
        rows = connection.execute(select(BOOKS).where(BOOKS.c.id.in_(["0001", "0111"])))
        return [library.box.open(row.pin, PIN, row.id) for row in rows]

    assert await library.database.read(pins) == [b"entered since"] * 2
    assert outcome.changed == ALL - 2
    assert await library.used() == {new.name: ALL}


async def test_a_value_that_does_not_open_is_named_and_left_while_the_rest_goes_on(
    library: Library,
) -> None:
    old = library.keys.ring.first
    copied = await library.database.read(
        lambda c: c.scalar(select(BOOKS.c.pin).where(BOOKS.c.id == "0001"))
    )
    await library.database.write(
        lambda c: c.execute(update(BOOKS).where(BOOKS.c.id == "0002").values(pin=copied)).close()
    )

    new = await add_key(library.database, library.keys)
    outcome = await seal_with_first_key(library.database, COLUMNS, library.box)

    assert outcome.changed == ALL - 1
    (told,) = outcome.unreadable
    assert "books.pin in row 0002" in told
    assert await library.used() == {new.name: ALL - 1, old.name: 1}


async def test_only_keys_that_seal_nothing_go(library: Library) -> None:
    one = library.keys.ring.first
    two = await add_key(library.database, library.keys)
    assert await drop_unused_keys(library.database, COLUMNS, library.keys) == ()
    assert [key.name for key in library.keys.ring.keys] == [two.name, one.name]

    await seal_with_first_key(library.database, COLUMNS, library.box)
    gone = await drop_unused_keys(library.database, COLUMNS, library.keys)

    assert [key.name for key in gone] == [one.name]
    assert [key.name for key in library.keys.ring.keys] == [two.name]
    await library.expect_all_readable()


async def test_while_a_value_does_not_tell_its_key_none_goes(library: Library) -> None:
    """It might be the very one. `rotate` gives such values the form that tells."""
    key = library.keys.ring.first
    first_form = b"\x01" + bytes(12) + key.aead.encrypt(bytes(12), b"pin 0001", b"books/0001/pin")
    await library.database.write(
        lambda c: c.execute(
            update(BOOKS).where(BOOKS.c.id == "0001").values(pin=first_form)
        ).close()
    )
    await add_key(library.database, library.keys)

    with pytest.raises(SecretCommandError, match="arcano secrets rotate"):
        await drop_unused_keys(library.database, COLUMNS, library.keys)
    await seal_with_first_key(library.database, COLUMNS, library.box)

    assert len(await drop_unused_keys(library.database, COLUMNS, library.keys)) == 1
    await library.expect_all_readable()


async def test_texts_are_opened_and_sealed_as_the_policy_changes_and_secrets_never_opened(
    library: Library,
) -> None:
    opened = await open_texts(library.database, COLUMNS, library.box)
    assert opened.changed == BOOK_COUNT + PAGE_COUNT == await library.plain()
    assert sum((await library.used()).values()) == ALL - opened.changed
    await library.expect_all_readable()

    sealed = await seal_texts(library.database, COLUMNS, library.box)

    assert sealed.changed == opened.changed
    assert await library.plain() == 0
    assert sum((await library.used()).values()) == ALL
    await library.expect_all_readable()


async def test_a_text_that_begins_like_a_sealed_one_stays_sealed(library: Library) -> None:
    odd = f"{MARK}Boo"
    stored = Texts(library.box).kept(odd, TITLE, "0001")
    await library.database.write(
        lambda c: c.execute(update(BOOKS).where(BOOKS.c.id == "0001").values(title=stored)).close()
    )

    await open_texts(library.database, COLUMNS, library.box)

    kept = await library.database.read(
        lambda c: c.scalar(select(BOOKS.c.title).where(BOOKS.c.id == "0001"))
    )
    assert Texts(library.box).read(str(kept), TITLE, "0001") == odd


async def test_what_a_lost_key_sealed_is_found_and_then_dropped(library: Library) -> None:
    fresh = SecretBox(FixedKeys(KeyRing((new_key(place="a test"),))))

    found = await find_unreadable(library.database, COLUMNS, fresh)
    assert (found.changed, len(found.unreadable)) == (0, ALL)
    await library.expect_all_readable()
    forgotten = await forget_unreadable(library.database, COLUMNS, fresh)

    assert (forgotten.changed, len(forgotten.unreadable)) == (ALL, ALL)
    assert await library.used() == {}
    pins = await library.database.read(lambda c: c.scalars(select(BOOKS.c.pin)).all())
    pages = await library.database.read(lambda c: c.execute(select(PAGES)).all())
    assert set(pins) == {None}
    assert pages == []


async def test_keys_that_nothing_was_sealed_with_are_refused_before_anything_begins(
    library: Library,
) -> None:
    stranger = KeyRing((new_key(place="a test"),))
    name = library.keys.ring.first.name

    with pytest.raises(SecretKeyError) as refused:
        await library.database.read(lambda c: expect_known_keys(c, COLUMNS, stranger))

    assert name in refused.value.detail
    assert "backup" in refused.value.detail
    assert "arcano secrets forget" in refused.value.detail
    await library.database.read(lambda c: expect_known_keys(c, COLUMNS, library.keys.ring))


async def test_the_file_lies_sealed_row_for_row(library: Library) -> None:
    """Two rows exchange their values: neither opens, so nobody gets another's secret by it."""

    def exchange(connection: Connection) -> None:
        one, two = (
            connection.scalar(select(BOOKS.c.pin).where(BOOKS.c.id == name))
            for name in ("0001", "0002")
        )
        for name, pin in (("0001", two), ("0002", one)):
            connection.execute(update(BOOKS).where(BOOKS.c.id == name).values(pin=pin))

    await library.database.write(exchange)
    rows = await library.database.read(
        lambda c: c.execute(select(BOOKS).where(BOOKS.c.id.in_(["0001", "0002"]))).all()
    )

    for row in rows:
        with pytest.raises(SecretUnreadableError, match="another row"):
            library.box.open(row.pin, PIN, row.id)


def test_the_written_key_is_the_key() -> None:
    key = new_key(place="a test")

    assert b64decode(key.written()) == key.secret

"""The database on SQLite: as many readers as wanted, one writer with group commit.

A connection per request gives "database is locked" under load. Here one thread owns the only writing
connection: it takes every unit that waits, runs each in a savepoint, commits once, and only then
tells those who wait. One `fsync` so serves many, and `synchronous=FULL` is affordable.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError
from typing_extensions import override

from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.platform.secrets.texts import OPTION, PLAIN, Texts

T = TypeVar("T")

READER_THREADS = 4
LOCK_WAIT_SECONDS = 5
MAX_WRITES = 32
"""A commit costs little; a larger group would let the first of a crowd wait for the last."""
MAX_READS = 8
"""Few, because a unit that takes long holds up those of its group."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A unit in the queue, and where its result is wanted."""

    unit: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class SqliteDatabase(Database):
    """One SQLite file. Open it in the process that serves; close it when that ends.

    `texts` says how those who write rows keep what people wrote (`texts_of`).

    Raises:
        StorageError: It cannot be opened, or is no database.
    """

    def __init__(self, path: Path, *, texts: Texts = PLAIN) -> None:
        options = {OPTION: texts}
        self._writing = _engine(path, options, begin="BEGIN IMMEDIATE", read_only=False)
        self._reading = _engine(path, options, begin="BEGIN", read_only=True)
        writer = _opened(self._writing)
        self._to_write = _Line(partial(_write_group, writer), threads=1, most=MAX_WRITES)
        self._to_read = _Line(
            partial(_read_group, self._reading), threads=READER_THREADS, most=MAX_READS
        )
        self._writer = writer

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        return await self._to_read.done(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        return await self._to_write.done(unit)

    @property
    def waiting(self) -> tuple[int, int]:
        """How many units wait to write, and to read."""
        return self._to_write.waiting, self._to_read.waiting

    def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        self._to_write.close()
        self._to_read.close()
        self._writer.close()
        self._reading.dispose()
        self._writing.dispose()


@contextmanager
def open_to_read(path: Path) -> Generator[Connection]:
    """The database of a server that may be running, or a copy of one, for somebody who changes nothing.

    Raises:
        StorageError: There is none, or it cannot be read.
    """
    if not path.is_file():
        raise StorageError(f"There is no database at {path}. Name its folder with DATA_DIR.")
    address = f"{path.resolve().as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with engine.connect() as connection:
            yield connection
    except DatabaseError as failure:
        raise _explained(failure) from failure
    finally:
        engine.dispose()


class _Line:
    """Units that wait, and the threads that take as many at once as wait together.

    A group is complete before its transaction begins, so a unit sees all that was written before
    it was asked for.
    """

    def __init__(self, run: Callable[[list[_Waiting]], None], *, threads: int, most: int) -> None:
        self._run = run
        self._most = most
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    async def done(self, unit: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(unit, loop, loop.create_future())
        self._queue.put(waiting)
        return await waiting.future

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def close(self) -> None:
        """Returns when everything that waits is done."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            ended = self._gather(group)
            try:
                self._run(group)
            except Exception as unforeseen:  # noqa: BLE001 - the thread must outlive any failure
                for waiting in group:
                    waiting.error = waiting.error or unforeseen
            _tell(group)
            if ended:
                return

    def _gather(self, group: list[_Waiting]) -> bool:
        """Add what waits already. Returns whether the end of all work was among it."""
        while len(group) < self._most:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return False
            if waiting is None:
                return True
            group.append(waiting)
        return False


def _opened(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except DatabaseError as failure:
        raise _explained(failure) from failure


def _read_group(engine: Engine, group: list[_Waiting]) -> None:
    """One snapshot for all; opening one costs more than most units do."""
    try:
        with engine.connect() as connection:
            for waiting in group:
                _read_one(connection, waiting)
    except DatabaseError as failure:
        for waiting in group:
            waiting.error = waiting.error or _explained(failure)


def _read_one(connection: Connection, waiting: _Waiting) -> None:
    try:
        waiting.result = waiting.unit(connection)
    except BaseException as failure:  # noqa: BLE001 - it belongs to the one who waits
        waiting.error = _explained(failure) if isinstance(failure, DatabaseError) else failure


def _write_group(connection: Connection, group: list[_Waiting]) -> None:
    """One transaction for all; a unit that fails is undone alone."""
    try:
        with connection.begin():
            for waiting in group:
                _write_one(connection, waiting)
    except DatabaseError as failure:
        for waiting in group:
            waiting.error = waiting.error or _explained(failure)


def _write_one(connection: Connection, waiting: _Waiting) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker
    raw.execute("SAVEPOINT unit")
    try:
        waiting.result = waiting.unit(connection)
    except BaseException as failure:
        if not raw.in_transaction:
            # SQLite rolled the whole group back by itself (disk full, I/O error).
            raise
        raw.execute("ROLLBACK TO unit")
        waiting.error = _explained(failure) if isinstance(failure, DatabaseError) else failure
    raw.execute("RELEASE unit")


def _tell(group: list[_Waiting]) -> None:
    """Wake those who wait: once per event loop, not once per unit."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in group:
        by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, members in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, members)


def _resolve(members: list[_Waiting]) -> None:
    for waiting in members:
        if waiting.future.done():
            continue
        if waiting.error is not None:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)


def _explained(failure: DatabaseError) -> Exception:
    """The driver's complaint as a sentence that says what to do."""
    if isinstance(failure, IntegrityError):
        return failure
    words = str(failure.orig)
    if "full" in words:
        return StorageError("The disk is full. Free some space and try again; nothing was lost.")
    if "locked" in words or "busy" in words:
        return StorageError("Another program holds the database. Close it and try again.")
    if "not a database" in words or "malformed" in words:
        return StorageError("The database file is damaged. Restore it from a backup.")
    if "readonly" in words or "unable to open" in words:
        return StorageError("The data folder cannot be written. Check its owner and permissions.")
    return StorageError(f"The database refused: {words}.")


def _engine(path: Path, options: dict[str, Texts], *, begin: str, read_only: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=READER_THREADS,
        execution_options=options,
        connect_args={
            "check_same_thread": False,
            "timeout": LOCK_WAIT_SECONDS,
            # Python's own transaction guessing off: `begin` below says when one starts.
            "isolation_level": None,
            "cached_statements": 256,
        },
    )

    def on_connect(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA temp_store=MEMORY")
        raw.execute("PRAGMA cache_size=-4000")
        raw.execute("PRAGMA query_only=ON" if read_only else "PRAGMA query_only=OFF")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine

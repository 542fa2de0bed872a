"""A database with all tables and nothing in them, for tests of one feature.

Migrating takes a sixth of a second, and hundreds of tests and of their servers want the same: it is done once in each process,
and the others copy the file. That migrating leads to these tables has tests of its own, and every server that is started by its
command does it.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from arcano.entrypoints.migrations import migrate
from arcano.platform.secrets.texts import PLAIN, Texts
from arcano.platform.sqlite import SqliteDatabase


async def a_database(path: Path, *, texts: Texts = PLAIN) -> SqliteDatabase:
    """The database in this file, which is made if it is not there. Close it."""
    return await asyncio.to_thread(_opened, path, texts)


def _opened(path: Path, texts: Texts) -> SqliteDatabase:
    if not path.exists():
        path.write_bytes(migrated())
    return SqliteDatabase(path, texts=texts)


@cache
def migrated() -> bytes:
    """Such a database, as a file."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as elsewhere:
        path = Path(folder) / "arcano.db"
        # In a thread, as there may be a loop in this one.
        elsewhere.submit(asyncio.run, _migrate(path)).result()
        return path.read_bytes()


async def _migrate(path: Path) -> None:
    database = SqliteDatabase(path)
    try:
        await database.write(migrate)
    finally:
        database.close()

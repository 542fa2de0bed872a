"""A database with all tables and nothing in them, for tests of one feature.

Migrating takes 60 ms, and hundreds of tests want the same: it is done once in each process, and the others copy the file. That
migrating leads to these tables has a test of its own, and so has every whole server.
"""

import asyncio
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
        path.write_bytes(_migrated())
    return SqliteDatabase(path, texts=texts)


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "arcano.db"
        asyncio.run(_migrate(path))
        return path.read_bytes()


async def _migrate(path: Path) -> None:
    database = SqliteDatabase(path)
    try:
        await database.write(migrate)
    finally:
        database.close()

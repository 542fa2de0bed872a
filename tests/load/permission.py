"""What it costs on the way of every request to know who asks, and that they may: token to viewer, viewer to permission.

Beside it the one dictionary look-up that any session needs. Queries are counted: there is none once the session is known.
"""

import time
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import Connection
from tests.load.figure import Figure, beside
from typing_extensions import override

from arcano.entrypoints.migrations import migrate
from arcano.identity import Access, Passwords, Permission, Sessions
from arcano.identity.set_up_owner import set_up_owner
from arcano.platform.clock import SystemClock
from arcano.platform.database import Database
from arcano.platform.sqlite import SqliteDatabase

CHECKS = 100_000
QUICK_CHECKS = 1_000
ROUNDS = 5

T = TypeVar("T")


class _Counting(Database):
    """Counts what reaches the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.units = 0

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        self.units += 1
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        self.units += 1
        return await self._database.write(unit)


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """µs of processor time to let a known session through a door that asks for a permission."""
    checks = QUICK_CHECKS if quick else CHECKS
    with TemporaryDirectory() as folder:
        kept = SqliteDatabase(Path(folder) / "arcano.db")
        await kept.write(migrate)
        database, clock, passwords = _Counting(kept), SystemClock(), Passwords()
        person = await set_up_owner(
            email="owner@arcano.example",
            password="correct horse",
            name="Owner",
            database=database,
            passwords=passwords,
            clock=clock,
        )
        day = timedelta(days=1)
        sessions = Sessions(database, clock, lifetime=day, idle=day)
        token = await sessions.open(person)
        access = Access((Permission.CONVERSATION_WRITE,), "editor")
        known = {token: person}
        ours: list[float] = []
        direct: list[float] = []
        units = database.units
        for _ in range(ROUNDS):
            began = time.process_time()
            for _ in range(checks):
                access.check(await sessions.viewer(token))
            ours.append((time.process_time() - began) / checks * 1e6)
            began = time.process_time()
            for _ in range(checks):
                known.get(token)
            direct.append((time.process_time() - began) / checks * 1e6)
        queries = database.units - units
        passwords.close()
        kept.close()
    yield beside(
        "permission check of a known session",
        "µs",
        20,
        ours=ours,
        direct=direct,
        note=f"{queries} queries in {checks * ROUNDS:,} checks",
        errors=queries,
    )

"""An audit trail on a real database, its doors as people meet them, and somebody who changes rows behind its back."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Connection
from tests.support.ask_app import Answer, ask_app
from tests.support.clock import StillClock
from tests.support.people import a_viewer

from arcano.audit import AnchorKeeper, Audit, ChainVerifier, router
from arcano.entrypoints.migrations import migrate
from arcano.identity import Sessions, Viewer, sessions_of, signed_in
from arcano.platform.act_log import ActLog
from arcano.platform.acts import Act, Actor, Origin, Subject, record
from arcano.platform.problems import answer_with_problems
from arcano.platform.sqlite import SqliteDatabase

ADA = Actor("person", "ada", "Ada")
EVE = Actor("person", "eve", "Eve")


@dataclass
class AuditHouse:
    """The trail, the doors on it, and the file that it lies in."""

    app: FastAPI
    audit: Audit
    database: SqliteDatabase
    clock: StillClock
    path: Path
    role: str = "owner"

    async def ask(self, method: str, path: str) -> Answer:
        """One request of somebody with the role, as the doors see it."""
        return await ask_app(self.app, method, path)

    async def do(self, *acts: Act) -> None:
        """Each a minute after the one before."""
        for act in acts:
            self.clock.pass_by(timedelta(minutes=1))
            await self.audit.acts.keep(act)

    async def do_many(self, number: int) -> None:
        now = self.clock.now()

        def unit(connection: Connection) -> None:
            for one in range(number):
                record(connection, an_act(number=one), now=now)

        await self.database.write(unit)

    async def tamper(self, *statements: str) -> None:
        """What somebody can do who holds the file: they take the triggers away first."""
        await asyncio.to_thread(tamper, self.path, *statements)


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
    connection.close()


def an_act(
    action: str = "route.made", actor: Actor = ADA, subject: str = "r-1", **details: int | str
) -> Act:
    origin = Origin("192.0.2.7", "req-1", "A browser")
    return Act(action, actor, Subject("route", subject), details=details, origin=origin)


@asynccontextmanager
async def audit_house(folder: Path) -> AsyncGenerator[AuditHouse]:
    path = folder / "arcano.db"
    database = await asyncio.to_thread(SqliteDatabase, path)
    await database.write(migrate)
    clock = StillClock()
    acts = ActLog(database, clock)
    audit = Audit(
        database, clock, acts, AnchorKeeper(database, acts), ChainVerifier(database, clock)
    )
    app = FastAPI()
    app.include_router(router)
    answer_with_problems(app)
    house = AuditHouse(app, audit, database, clock, path)

    async def viewer() -> Viewer:
        return a_viewer(house.role, user_id="ada", name="Ada")

    async def sessions() -> Sessions:
        return Sessions(database, clock, lifetime=timedelta(days=1), idle=timedelta(days=1))

    app.dependency_overrides[signed_in] = viewer
    app.dependency_overrides[sessions_of] = sessions
    app.state.audit = audit
    app.state.acts = acts
    try:
        yield house
    finally:
        await asyncio.to_thread(database.close)

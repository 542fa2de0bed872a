"""The audit trail as tests see it: what was recorded, and a trail of its own for doors that have no database."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from tests.support.clock import StillClock

from arcano.entrypoints.migrations import migrate
from arcano.platform.act_log import ActLog
from arcano.platform.audit_records import AUDIT_RECORDS, AuditRecord
from arcano.platform.database import Database
from arcano.platform.sqlite import SqliteDatabase


async def recorded(database: Database) -> list[AuditRecord]:
    """Every row, oldest first."""
    rows = select(*AUDIT_RECORDS.c).order_by(AUDIT_RECORDS.c.sequence)
    return await database.read(lambda c: [AuditRecord.of_row(row) for row in c.execute(rows)])


async def acts_in(database: Database) -> list[tuple[str, str]]:
    """What was done and how it ended."""
    return [(record.action, record.outcome) for record in await recorded(database)]


@asynccontextmanager
async def a_trail() -> AsyncGenerator[tuple[ActLog, Database]]:
    """A trail on a database that is gone with the block."""
    with TemporaryDirectory() as folder:
        database = await asyncio.to_thread(SqliteDatabase, Path(folder) / "arcano.db")
        try:
            await database.write(migrate)
            yield ActLog(database, StillClock()), database
        finally:
            await asyncio.to_thread(database.close)

"""`arcano audit`: checking the audit trail and taking it out by whoever has the data folder, beside a running server or not."""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, inspect

from arcano.audit import Anchor, AuditFilter, ChainCheck, export_lines
from arcano.platform.act_log import ActLog
from arcano.platform.acts import Act, Actor
from arcano.platform.audit_records import AUDIT_RECORDS
from arcano.platform.clock import SystemClock
from arcano.platform.errors import StorageError
from arcano.platform.sqlite import SqliteDatabase, open_to_read

DATABASE = "arcano.db"


def verify_audit(
    data_dir: Path, *, anchors: Iterable[str], log: Path | None
) -> tuple[bool, list[str]]:
    """Whether every row is as it was written, and what to say: a sentence, and the last row as an anchor.

    Changes nothing.

    Raises:
        BadAnchorError: An anchor is none.
        StorageError: There is no database with an audit trail, or the log cannot be read.
    """
    known = [Anchor.parse(text) for text in anchors]
    if log is not None:
        known += _anchors_in(log)
    check = ChainCheck(known)
    with open_to_read(data_dir / DATABASE) as connection:
        _expect_trail(connection)
        while check.step(connection):
            pass
    if check.fault is not None:
        before = f"The {check.rows:,} rows before it are as they were written."
        return False, [check.fault.detail, before]
    against = f" The {len(known)} anchors are among them." if known else ""
    last = [] if check.head is None else [f"audit head is {check.head}"]
    return True, [f"All {check.rows:,} rows are as they were written.{against}", *last]


def export_audit(data_dir: Path, out: BinaryIO) -> None:
    """Write every row, oldest first. That it was done is the last of them.

    Raises:
        StorageError: There is no database with an audit trail, or it cannot be written.
    """
    path = data_dir / DATABASE
    with open_to_read(path) as connection:
        _expect_trail(connection)
    database = SqliteDatabase(path)
    try:
        asyncio.run(_export(database, out))
    finally:
        database.close()


async def _export(database: SqliteDatabase, out: BinaryIO) -> None:
    act = Act("audit.exported", Actor("system", name="the command arcano audit export"))
    through = await ActLog(database, SystemClock()).keep(act)
    async with aclosing(export_lines(database, AuditFilter(), through=through)) as lines:
        async for some in lines:
            out.write(some)


def _expect_trail(connection: Connection) -> None:
    if not inspect(connection).has_table(AUDIT_RECORDS.name):
        raise StorageError(
            "This database is older than the audit trail. Start the server once, so that it makes one."
        )


def _anchors_in(log: Path) -> list[Anchor]:
    try:
        with log.open(errors="replace") as lines:
            return Anchor.all_in(lines)
    except OSError as refused:
        raise StorageError(f"{log} cannot be read ({refused.strerror}).") from refused

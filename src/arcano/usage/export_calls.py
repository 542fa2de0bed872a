"""Taking calls out of the ledger, for a spreadsheet or a program: oldest first, some rows at a time."""

import csv
from collections.abc import AsyncGenerator
from datetime import datetime
from io import StringIO
from typing import Any, Literal

import orjson

from arcano.identity import Viewer
from arcano.platform.database import Database
from arcano.usage.reading import UsageRepository, Wanted
from arcano.usage.schemas import CallView

Form = Literal["csv", "jsonl"]
AT_ONCE = 1000
COLUMNS = tuple(CallView.model_fields)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def export_calls(
    database: Database, viewer: Viewer, wanted: Wanted, form: Form, *, now: datetime
) -> AsyncGenerator[bytes]:
    """A head, if the form has one, then every call that ended in the span."""
    write = csv_lines if form == "csv" else json_lines
    if form == "csv":
        yield csv_lines([dict(zip(COLUMNS, COLUMNS, strict=True))])
    after: tuple[datetime, str] | None = None
    while rows := await database.read(
        lambda c, after=after: UsageRepository(c, viewer, now).calls(
            wanted, after=after, limit=AT_ONCE, newest=False
        )
    ):
        yield write([CallView.of(row).model_dump() for row in rows])
        after = (rows[-1].ended_at, rows[-1].id)


def csv_lines(rows: list[dict[str, Any]]) -> bytes:
    """Rows for a spreadsheet, in which no text is a formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue().encode()


def json_lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _cell(value: Any) -> str | int:  # noqa: ANN401 - any column's
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        # Names of models are whatever their makers and those who ask call them.
        return f"'{value}" if value.startswith(_FORMULA) else value
    return int(value)

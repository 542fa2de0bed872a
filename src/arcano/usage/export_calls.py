"""Taking calls out of the ledger, for a spreadsheet or a program: oldest first, some rows at a time."""

from collections.abc import AsyncGenerator
from datetime import datetime

from arcano.identity import Viewer
from arcano.platform.database import Database
from arcano.usage.files import Form, head_of_file, lines_of_file
from arcano.usage.reading import UsageRepository, Wanted
from arcano.usage.schemas import CallView

AT_ONCE = 1000
COLUMNS = tuple(CallView.model_fields)


async def export_calls(
    database: Database, viewer: Viewer, wanted: Wanted, form: Form, *, now: datetime
) -> AsyncGenerator[bytes]:
    """A head, if the form has one, then every call that ended in the span."""
    yield head_of_file(COLUMNS, form)
    after: tuple[datetime, str] | None = None
    while rows := await database.read(
        lambda c, after=after: UsageRepository(c, viewer, now).calls(
            wanted, after=after, limit=AT_ONCE, newest=False
        )
    ):
        yield lines_of_file(COLUMNS, [CallView.of(row).model_dump() for row in rows], form)
        after = (rows[-1].ended_at, rows[-1].id)

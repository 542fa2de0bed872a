"""Taking the audit trail out: one row a line, as JSON, in the order in which they were written.

A line without its `hash`, its names in order and without spaces, is what the hash is the SHA-256 of. So whoever has all
lines can check the chain without Arcano.
"""

from collections.abc import AsyncGenerator

from arcano.audit.domain import AuditFilter
from arcano.audit.repository import AuditRepository
from arcano.platform.audit_records import exported
from arcano.platform.database import Database

AT_ONCE = 500


async def export_lines(
    database: Database, wanted: AuditFilter, *, through: int
) -> AsyncGenerator[bytes]:
    """Some rows at a time, up to the row `through`: it ends although others are written meanwhile."""
    after = 0
    while records := await database.read(
        lambda c, after=after: AuditRepository(c).stretch(
            wanted, after=after, through=through, limit=AT_ONCE
        )
    ):
        yield b"".join(map(exported, records))
        after = records[-1].sequence

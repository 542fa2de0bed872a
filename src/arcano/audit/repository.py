"""Reading the audit trail. Nothing here writes: acts are recorded by whoever does them."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TextClause, and_, func, or_, select, text

from arcano.audit.domain import Anchor, AuditFilter
from arcano.platform.audit_records import AUDIT_RECORDS, AuditRecord

_C = AUDIT_RECORDS.c
_ALL = select(*_C)
_SEARCHED = (
    _C.action,
    _C.actor_name,
    _C.actor_id,
    _C.subject_kind,
    _C.subject_id,
    _C.address,
    _C.request_id,
    _C.user_agent,
    _C.details,
)
_NOT_DONE = text("outcome != 'done'")
_AFTER_ALL_NAMES = "~"
"""Sorts behind every letter of an action's name."""


class AuditRepository:
    """The rows inside one unit of work. Whoever is given them may see everybody's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(
        self, wanted: AuditFilter, *, before: int | None = None, limit: int
    ) -> list[AuditRecord]:
        """The newest that are wanted, newest first, of those before a number."""
        conditions = _conditions(wanted)
        if before is not None:
            conditions.append(_C.sequence < before)
        # Their numbers first: where an index has all that is asked for, only the rows of the page are read.
        numbers = select(_C.sequence).where(*conditions).order_by(_C.sequence.desc()).limit(limit)
        return self._records(_ALL.where(_C.sequence.in_(numbers)).order_by(_C.sequence.desc()))

    def stretch(
        self, wanted: AuditFilter, *, after: int, through: int, limit: int
    ) -> list[AuditRecord]:
        """Those with a number above `after`, up to `through`, in their order."""
        rows = _ALL.where(*_conditions(wanted), _C.sequence > after, _C.sequence <= through)
        return self._records(rows.order_by(_C.sequence).limit(limit))

    def head(self) -> Anchor | None:
        """The last row; None before the first act."""
        row = self._connection.execute(
            select(_C.sequence, _C.hash).order_by(_C.sequence.desc()).limit(1)
        ).one_or_none()
        return None if row is None else Anchor(row.sequence, row.hash.hex())

    def _records(self, rows: Select[*tuple[Any, ...]]) -> list[AuditRecord]:
        return [AuditRecord.of_row(row) for row in self._connection.execute(rows)]


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool] | TextClause]:
    conditions: list[ColumnElement[bool] | TextClause] = []
    if wanted.actor is not None:
        conditions.append(_C.actor_id == wanted.actor)
    if wanted.action is not None:
        end = wanted.action + _AFTER_ALL_NAMES
        conditions.append(and_(_C.action >= wanted.action, _C.action < end))
    if wanted.subject is not None:
        conditions.append(_C.subject_id == wanted.subject)
    if wanted.outcome is not None:
        conditions.append(_C.outcome == wanted.outcome)
    if wanted.outcome not in (None, "done"):
        # Says nothing new, but so SQLite sees that the index of what was not done has all of them.
        conditions.append(_NOT_DONE)
    # Rows are walked by their numbers. Which numbers come into question, the index of times says without reading a row;
    # a clock that was set back makes them more, and never fewer.
    if wanted.since is not None:
        first = select(func.min(_C.sequence)).where(_C.at >= wanted.since)
        conditions += [_C.at >= wanted.since, _C.sequence >= first.scalar_subquery()]
    if wanted.until is not None:
        last = select(func.max(_C.sequence)).where(_C.at < wanted.until)
        conditions += [_C.at < wanted.until, _C.sequence <= last.scalar_subquery()]
    conditions += [
        or_(*(column.icontains(word, autoescape=True) for column in _SEARCHED))
        for word in (wanted.text or "").split()
    ]
    return conditions

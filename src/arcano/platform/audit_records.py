"""The rows in which acts are kept, and the chain that ties each to the one before it.

A row's hash is the SHA-256 of everything else in it, the hash of the row before included. Whoever changes a row must
change every later one, and then the hash at the end is another than the one that was written into the log. The
database itself refuses to change or delete a row, and takes only the row that comes next
(`migrations/versions/*_audit_trail.py`).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import orjson
from sqlalchemy import Column, Index, LargeBinary, Named, Row, Table, TypedColumns, text

from arcano.platform.tables import METADATA, UtcTime

BEFORE_ALL = bytes(32)
"""What the first row names as the hash of the row before it."""

Outcome = Literal["done", "refused", "failed"]
ActorKind = Literal["person", "service", "system", "anonymous"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class AuditRecordColumns(TypedColumns):
    # No sequence of the database's: a row that is taken back must leave no gap.
    sequence: Named[int] = Column(primary_key=True, autoincrement=False)
    at: Named[datetime] = Column(UtcTime, index=True)
    action: Named[str]
    outcome: Named[str]
    actor_kind: Named[str]
    actor_id: Named[str | None]
    actor_name: Named[str | None]
    subject_kind: Named[str | None]
    subject_id: Named[str | None]
    address: Named[str | None]
    request_id: Named[str | None]
    user_agent: Named[str | None]
    details: Named[str]
    """JSON, one flat object with its names in order."""
    previous: Named[bytes] = Column(LargeBinary)
    hash: Named[bytes] = Column(LargeBinary)


AUDIT_RECORDS = Table(
    "audit_records",
    METADATA,
    AuditRecordColumns,
    # SQLite keeps the row's number in each, so that a filter gives the newest first without sorting.
    Index("ix_audit_records_actor_id", "actor_id"),
    Index("ix_audit_records_action", "action"),
    Index("ix_audit_records_subject_id", "subject_id"),
    # Nearly all is done: what was not is found without looking at the rest, and costs only itself.
    Index("ix_audit_records_not_done", "outcome", sqlite_where=text("outcome != 'done'")),
)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An act as it is kept. `details` is the JSON text of the row."""

    sequence: int
    at: datetime
    action: str
    outcome: Outcome
    actor_kind: ActorKind
    actor_id: str | None
    actor_name: str | None
    subject_kind: str | None
    subject_id: str | None
    address: str | None
    request_id: str | None
    user_agent: str | None
    details: str
    previous: bytes
    hash: bytes

    @classmethod
    def of_row(cls, row: Row[*tuple[Any, ...]]) -> "AuditRecord":
        """From all columns of `AUDIT_RECORDS`, in their order."""
        return cls(*row)


def canonical(record: AuditRecord, *, sequence: int | None = None) -> bytes:
    """What the hash is taken of: one JSON object, names in order, no spaces, UTF-8, times in UTC.

    `sequence` puts the row into another place, to see whether it came from there.
    """
    return orjson.dumps(
        {
            "action": record.action,
            "actor": {"id": record.actor_id, "kind": record.actor_kind, "name": record.actor_name},
            "at": record.at,
            "details": orjson.Fragment(record.details),
            "origin": {
                "address": record.address,
                "request_id": record.request_id,
                "user_agent": record.user_agent,
            },
            "outcome": record.outcome,
            "previous": record.previous.hex(),
            "sequence": record.sequence if sequence is None else sequence,
            "subject": None
            if record.subject_kind is None and record.subject_id is None
            else {"id": record.subject_id, "kind": record.subject_kind},
        },
        option=orjson.OPT_UTC_Z,
    )


def digest_of(record: AuditRecord, *, sequence: int | None = None) -> bytes:
    """The hash that the row must have; 32 bytes."""
    return hashlib.sha256(canonical(record, sequence=sequence)).digest()


def exported(record: AuditRecord) -> bytes:
    """The row as one line of JSON, for whoever checks it elsewhere: what is hashed, and the hash at its end."""
    return canonical(record)[:-1] + b',"hash":"' + record.hash.hex().encode() + b'"}\n'


def micros(moment: datetime) -> int:
    """A moment as `UtcTime` stores it."""
    return (moment - _EPOCH) // _MICROSECOND

"""What the doors of the audit trail give."""

from datetime import datetime
from typing import Self

import orjson
from pydantic import BaseModel

from arcano.audit.domain import Fault, FaultKind, Verdict
from arcano.platform.audit_records import ActorKind, AuditRecord, Outcome


class ActorView(BaseModel):
    """Who acted, under the name they had then."""

    kind: ActorKind
    id: str | None
    name: str | None


class SubjectView(BaseModel):
    kind: str
    id: str


class OriginView(BaseModel):
    address: str | None
    request_id: str | None
    user_agent: str | None


class AuditRecordView(BaseModel):
    sequence: int
    at: datetime
    action: str
    outcome: Outcome
    actor: ActorView
    subject: SubjectView | None
    origin: OriginView
    details: dict[str, bool | int | str]
    previous: str
    hash: str

    @classmethod
    def of(cls, record: AuditRecord) -> Self:
        subject = None
        if record.subject_kind is not None:
            subject = SubjectView(kind=record.subject_kind, id=record.subject_id or "")
        return cls(
            sequence=record.sequence,
            at=record.at,
            action=record.action,
            outcome=record.outcome,
            actor=ActorView(kind=record.actor_kind, id=record.actor_id, name=record.actor_name),
            subject=subject,
            origin=OriginView(
                address=record.address,
                request_id=record.request_id,
                user_agent=record.user_agent,
            ),
            details=orjson.loads(record.details),
            previous=record.previous.hex(),
            hash=record.hash.hex(),
        )


class FaultView(BaseModel):
    """The first row that is not as it was written."""

    sequence: int
    kind: FaultKind
    detail: str

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(sequence=fault.sequence, kind=fault.kind, detail=fault.detail)


class VerdictView(BaseModel):
    """What a check found: so many rows, up to `head` (`number:hash`), are as they were written."""

    rows: int
    head: str | None
    fault: FaultView | None
    complete: bool
    checked_at: datetime

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        return cls(
            rows=verdict.rows,
            head=None if verdict.head is None else str(verdict.head),
            fault=None if verdict.fault is None else FaultView.of(verdict.fault),
            complete=verdict.complete,
            checked_at=verdict.checked_at,
        )


class AuditPage(BaseModel):
    """Newest first. `verified` is what the last check since the start of the server found."""

    items: list[AuditRecordView]
    next_cursor: int | None
    verified: VerdictView | None

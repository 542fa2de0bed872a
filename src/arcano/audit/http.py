"""The doors of the audit trail: for whoever may see what everybody does, and looking is an act too."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from arcano.audit.anchors import AnchorKeeper
from arcano.audit.domain import AuditFilter
from arcano.audit.export_records import export_lines
from arcano.audit.repository import AuditRepository
from arcano.audit.schemas import AuditPage, AuditRecordView, VerdictView
from arcano.audit.verify_chain import ChainVerifier
from arcano.identity import (
    Permission,
    Sessions,
    StayingResponse,
    UserId,
    Viewer,
    may,
    sessions_of,
)
from arcano.platform.act_log import ActLog
from arcano.platform.acts import Act
from arcano.platform.audit_records import Outcome
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/audit", tags=["audit"], route_class=JsonRoute)

MayRead = Annotated[Viewer, may(Permission.AUDIT_READ)]
MayExport = Annotated[Viewer, may(Permission.AUDIT_EXPORT)]
ONE_LOOK = timedelta(minutes=10)
"""Who turns pages and filters within that time looks once."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What these doors work with. Put at `app.state.audit` by the wiring."""

    database: Database
    clock: Clock
    acts: ActLog
    anchors: AnchorKeeper
    verifier: ChainVerifier
    _looked: dict[UserId, datetime] = field(default_factory=dict[UserId, datetime])

    async def note_look(self, viewer: Viewer) -> None:
        """Keep that somebody looks at what others did, once for each time that they do."""
        now = self.clock.now()
        last = self._looked.get(viewer.user_id)
        if last is None or now - last >= ONE_LOOK:
            await self.acts.keep(Act("audit.read", viewer.actor))
        self._looked[viewer.user_id] = now


async def _audit(request: Request) -> Audit:
    return request.app.state.audit


async def _filter(
    actor: Annotated[str | None, Query(max_length=100)] = None,
    action: Annotated[str | None, Query(max_length=60, pattern=r"^[a-z._-]*$")] = None,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    outcome: Outcome | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    text: Annotated[str | None, Query(max_length=200)] = None,
) -> AuditFilter:
    return AuditFilter(
        actor=actor or None,
        action=action or None,
        subject=subject or None,
        outcome=outcome,
        since=since,
        until=until,
        text=text or None,
    )


_Audit = Annotated[Audit, Depends(_audit)]
_Filter = Annotated[AuditFilter, Depends(_filter)]
_Sessions = Annotated[Sessions, Depends(sessions_of)]


@router.get("")
async def read_audit(
    viewer: MayRead,
    audit: _Audit,
    wanted: _Filter,
    cursor: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    await audit.note_look(viewer)
    records = await audit.database.read(
        lambda c: AuditRepository(c).newest(wanted, before=cursor, limit=limit + 1)
    )
    latest = audit.verifier.latest
    return AuditPage(
        items=[AuditRecordView.of(record) for record in records[:limit]],
        next_cursor=records[limit - 1].sequence if len(records) > limit else None,
        verified=None if latest is None else VerdictView.of(latest),
    )


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {}}}},
)
async def export_audit(
    viewer: MayExport, audit: _Audit, wanted: _Filter, sessions: _Sessions
) -> StayingResponse:
    """Every row that is wanted, oldest first, up to the act of taking them out."""
    act = Act("audit.exported", viewer.actor, details={"filters": ", ".join(wanted.named)})
    through = await audit.acts.keep(act)
    lines: AsyncGenerator[bytes] = export_lines(audit.database, wanted, through=through)
    return StayingResponse(
        lines,
        viewer=viewer,
        sessions=sessions,
        media_type="application/jsonl",
        headers={
            "Content-Disposition": f'attachment; filename="arcano-audit-{through}.jsonl"',
        },
    )


@router.post("/verify")
async def verify_audit(viewer: MayRead, audit: _Audit) -> VerdictView:
    """Look at every row, for some seconds at most, and remember what was found."""
    known = audit.anchors.latest
    verdict = await audit.verifier.verify([] if known is None else [known])
    details = {"rows": verdict.rows, "whole": verdict.fault is None}
    await audit.acts.keep(Act("audit.verified", viewer.actor, details=details))
    return VerdictView.of(verdict)

"""The doors of usage: what one used oneself, and what everybody did for whoever may see that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime
from sqlalchemy import Connection

from arcano.identity import (
    Permission,
    Sessions,
    SignedIn,
    StayingResponse,
    Viewer,
    may,
    sessions_of,
)
from arcano.platform.act_log import ActLog
from arcano.platform.acts import Act
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import InvalidInputError
from arcano.platform.json_route import JsonRoute
from arcano.usage.buckets import day_of, percentile_of
from arcano.usage.domain import Door
from arcano.usage.export_calls import export_calls
from arcano.usage.files import MEDIA_TYPES, Form
from arcano.usage.reading import MOST_ROWS, By, Span, UsageRepository, Wanted
from arcano.usage.schemas import (
    CallPage,
    CallView,
    SessionDayView,
    SessionPage,
    SessionsView,
    SpeedPage,
    SpeedView,
    SumsView,
    UsagePage,
    UsageRow,
    names,
)
from arcano.usage.sessions import session_lengths

router = APIRouter(prefix="/api/usage", tags=["usage"], route_class=JsonRoute)

USUAL_SPAN = timedelta(days=30)
_SHARES = (0.5, 0.9, 0.99)
_Text = Annotated[str | None, Query(max_length=500)]
_Groups = Annotated[list[By] | None, Query(max_length=2)]
_WhoseSpeed = Annotated[Viewer, may(Permission.USAGE_READ_ALL, Permission.STATUS_READ)]


@dataclass(frozen=True, slots=True)
class Usage:
    """What the doors of usage work with. Put at `app.state.usage` by the wiring."""

    database: Database
    clock: Clock
    acts: ActLog


async def _usage(request: Request) -> Usage:
    return request.app.state.usage


_Usage = Annotated[Usage, Depends(_usage)]


async def _span(
    usage: _Usage, since: AwareDatetime | None = None, until: AwareDatetime | None = None
) -> Span:
    """Left out: thirty days and today, until now."""
    until = until or usage.clock.now()
    if since is None:
        # There is no time before the first year.
        since = day_of(until.astimezone(UTC)) - USUAL_SPAN if until.year > 1 else until
    try:
        span = Span(since.astimezone(UTC), until.astimezone(UTC))
        span.last_day  # noqa: B018 - a time that is none in UTC is refused here
    except OverflowError as beyond:
        raise InvalidInputError("since, until: There is no such time.") from beyond
    if span.since > span.until:
        raise InvalidInputError("since: It is after `until`.")
    return span


AskedSpan = Annotated[Span, Depends(_span)]
"""The time that is asked about: `since` and `until`."""


async def _wanted(
    span: AskedSpan,
    user_id: _Text = None,
    key_id: _Text = None,
    model: _Text = None,
    door: Door | None = None,
    target: _Text = None,
    *,
    everybody: bool = False,
) -> Wanted:
    """Left out: all that is one's own."""
    return Wanted(span, everybody, user_id, key_id, model, door, target)


_Wanted = Annotated[Wanted, Depends(_wanted)]


@router.get("")
async def sum_usage(
    viewer: SignedIn, usage: _Usage, wanted: _Wanted, by: _Groups = None
) -> UsagePage:
    """Sums of the calls that ended in a span, in whole hours; by one or two things. Exactly those of the ledger."""
    bys = _each_once(by)
    now = usage.clock.now()

    def unit(connection: Connection) -> UsagePage:
        repository = UsageRepository(connection, viewer, now)
        rows = repository.sums(wanted, bys) if bys else []
        called: dict[By, dict[str, str]] = {
            one: repository.called(one, {row.names[place] or "" for row in rows})
            for place, one in enumerate(bys)
        }
        return UsagePage(
            since=wanted.span.first,
            until=wanted.span.last,
            total=SumsView.of(repository.total(wanted)),
            items=[UsageRow.of_sums(row, bys, called) for row in rows],
            truncated=len(rows) == MOST_ROWS,
        )

    return await usage.database.read(unit)


@router.get("/speeds")
async def usage_speeds(
    viewer: _WhoseSpeed, usage: _Usage, wanted: _Wanted, by: _Groups = None
) -> SpeedPage:
    """How long calls of everybody's took until their first word and their end, by model, target, day or hour."""
    bys = _each_once(by)
    if not set(bys) <= {"model", "target", "day", "hour"}:
        raise InvalidInputError("by: Speeds are known by model, target, day and hour.")
    if (wanted.user_id, wanted.key_id, wanted.door) != (None, None, None):
        raise InvalidInputError(
            "user_id, key_id, door: Speeds are known of a model and of a target."
        )
    found = await usage.database.read(
        lambda c: UsageRepository(c, viewer, usage.clock.now()).speeds(wanted, bys, _SHARES)
    )
    return SpeedPage(
        items=[
            SpeedView(
                of=names(place, bys, {}),
                measure=measure,
                calls=calls,
                p50_ms=half,
                p90_ms=most,
                p99_ms=nearly_all,
            )
            for place, measure, calls, (half, most, nearly_all) in found
        ]
    )


@router.get("/sessions")
async def usage_sessions(
    viewer: SignedIn, usage: _Usage, span: AskedSpan, *, everybody: bool = False
) -> SessionPage:
    """How long people worked at a time on the page, in whole days: all sessions that began then, and those of each day."""
    since, until = span.first_day, span.last_day
    days = await usage.database.read(
        lambda c: session_lengths(c, viewer, since=since, until=until, everybodys=everybody)
    )
    return SessionPage(
        since=since,
        until=until,
        total=_sessions([one for found in days.values() for one in found]),
        items=[SessionDayView(day=day, sums=_sessions(found)) for day, found in days.items()],
    )


@router.get("/calls")
async def list_calls(
    viewer: SignedIn,
    usage: _Usage,
    wanted: _Wanted,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CallPage:
    """The calls themselves, what ended last first."""
    after = None if cursor is None else _place(cursor)
    rows = await usage.database.read(
        lambda c: UsageRepository(c, viewer, usage.clock.now()).calls(
            wanted, after=after, limit=limit + 1, newest=True
        )
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return CallPage(
        items=[CallView.of(row) for row in rows[:limit]],
        next_cursor=None if last is None else f"{last.ended_at.isoformat()}~{last.id}",
    )


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, "application/jsonl": {}}}},
)
async def export_usage(
    viewer: SignedIn,
    usage: _Usage,
    wanted: _Wanted,
    sessions: Annotated[Sessions, Depends(sessions_of)],
    form: Form = "csv",
) -> StayingResponse:
    """Every call that ended in the span, oldest first. Taking out everybody's is an act."""
    now = usage.clock.now()
    if wanted.everybodys:
        viewer.expect(Permission.USAGE_READ_ALL)
        await usage.acts.keep(Act("usage.exported", viewer.actor, details={"form": form}))
    return StayingResponse(
        export_calls(usage.database, viewer, wanted, form, now=now),
        viewer=viewer,
        sessions=sessions,
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="arcano-usage.{form}"'},
    )


def _sessions(lengths: Sequence[tuple[int, int]]) -> SessionsView:
    return SessionsView(
        sessions=sum(count for _, count in lengths),
        p50_seconds=percentile_of(lengths, 0.5),
        p90_seconds=percentile_of(lengths, 0.9),
    )


def _each_once(by: Sequence[By] | None) -> list[By]:
    return list(dict.fromkeys(by or ()))


def _place(cursor: str) -> tuple[datetime, str]:
    moment, _, call_id = cursor.partition("~")
    try:
        ended_at = datetime.fromisoformat(moment)
        return ended_at.astimezone(UTC), call_id
    except (ValueError, OverflowError) as wrong:
        raise InvalidInputError("cursor: It is none of ours.") from wrong

"""How long people are at it: what one person asks on the page, with less than half an hour between, is one session.

A session lasts from the beginning of its first call to the end of its last one and counts on the day, in UTC, on which
it began. Programs with keys and batch jobs have none: they never rest. Kept in the transaction that writes the calls;
in whatever order these come, the same sessions come of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from arcano.identity import Permission, Viewer
from arcano.usage.buckets import bucket_of, day_of
from arcano.usage.tables import USAGE_SESSION_DAYS, USAGE_SESSIONS

GAP = timedelta(minutes=30)

_S, _D = USAGE_SESSIONS.c, USAGE_SESSION_DAYS.c
_TOUCHING = (
    select(_S.id, _S.began_at, _S.ended_at)
    .where(
        _S.user_id == bindparam("user_id"),
        _S.ended_at > bindparam("after"),
        _S.began_at < bindparam("before"),
    )
    .order_by(_S.ended_at)
)
_LONGER = update(USAGE_SESSIONS).where(_S.id == bindparam("session"))
_new = upsert(USAGE_SESSION_DAYS)
_COUNT = _new.on_conflict_do_update(
    index_elements=["day", "bucket"], set_={"sessions": _D.sessions + _new.excluded.sessions}
)

Stretch = tuple[datetime, datetime]
"""When it began and when it ended."""


def add_to_sessions(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Add rows of the ledger, of calls that are over, to the sessions of who asked."""
    calls: defaultdict[str, list[Stretch]] = defaultdict(list)
    for row in rows:
        if row["door"] == "page" and row["user_id"] is not None:
            calls[row["user_id"]].append((row["began_at"], row["ended_at"]))
    counts: Counter[tuple[datetime, int]] = Counter()
    for user_id, stretches in calls.items():
        for stretch in joined(stretches):
            _add(connection, user_id, stretch, counts)
    changed = [
        {"day": day, "bucket": bucket, "sessions": count}
        for (day, bucket), count in counts.items()
        if count
    ]
    if changed:
        connection.execute(_COUNT, changed)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The sessions that these are, in order."""
    found: list[Stretch] = []
    for began, ended in sorted(stretches):
        if found and began - found[-1][1] < GAP:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        else:
            found.append((began, ended))
    return found


def session_lengths(
    connection: Connection, viewer: Viewer, *, since: datetime, until: datetime, everybodys: bool
) -> dict[datetime, list[tuple[int, int]]]:
    """Of sessions that began between two midnights: pairs of a bucket and how many, by day.

    Raises:
        NotAllowedError: Everybody's were asked for, and that is not for them.
    """
    if everybodys:
        viewer.expect(Permission.USAGE_READ_ALL)
        asked = select(_D.day, _D.bucket, _D.sessions).where(
            _D.day >= since, _D.day < until, _D.sessions > 0
        )
        counts = {(day, bucket): count for day, bucket, count in connection.execute(asked)}
    else:
        own = select(_S.began_at, _S.ended_at).where(
            _S.user_id == viewer.user_id,
            # Said of the end, too: so SQLite sees where to begin.
            _S.ended_at >= since,
            _S.began_at >= since,
            _S.began_at < until,
        )
        counts = Counter(_place((began, ended)) for began, ended in connection.execute(own))
    days: defaultdict[datetime, list[tuple[int, int]]] = defaultdict(list)
    for (day, bucket), count in sorted(counts.items()):
        days[day].append((bucket, count))
    return days


def _add(
    connection: Connection,
    user_id: str,
    stretch: Stretch,
    counts: Counter[tuple[datetime, int]],
) -> None:
    """One more stretch of somebody's: a session of its own, or what makes one of those that it touches."""
    near = {"user_id": user_id, "after": stretch[0] - GAP, "before": stretch[1] + GAP}
    touching = connection.execute(_TOUCHING, near).all()
    began_at = min([stretch[0], *(one.began_at for one in touching)])
    ended_at = max([stretch[1], *(one.ended_at for one in touching)])
    whole = {"began_at": began_at, "ended_at": ended_at}
    if touching:
        first, *others = touching
        connection.execute(_LONGER, {"session": first.id, **whole})
        _drop(connection, [one.id for one in others])
    else:
        connection.execute(insert(USAGE_SESSIONS), {"user_id": user_id, **whole})
    counts.subtract(_place((one.began_at, one.ended_at)) for one in touching)
    counts[_place((began_at, ended_at))] += 1


def _drop(connection: Connection, ids: Sequence[int]) -> None:
    if ids:
        connection.execute(delete(USAGE_SESSIONS).where(_S.id.in_(ids)))


def _place(stretch: Stretch) -> tuple[datetime, int]:
    began_at, ended_at = stretch
    return day_of(began_at), bucket_of((ended_at - began_at).total_seconds())

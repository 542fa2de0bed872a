"""What changed about people and must be known everywhere within a second, other processes included.

Whoever writes a change writes a line beside it, in the same unit (`tell_others`). Every process reads the lines that
are new to it each half second: one look at a table that is empty most of the time. `ended`: whatever is open for the
person or the session ends. `changed`: what they are allowed is read anew, and what is open begins anew. `barred`: as
`ended`, and what runs in the person's name stops too; they may not come back as they are. `leaving`: as `barred`, and
nothing of theirs is remembered any more, for their rows go. `ways`: other ways to sign in are set up; it is about nobody.
`granted`, `taken`: the person has more of one thing, or less; what is open for this thing begins anew where it is less.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from arcano.identity.domain import SessionId, UserId, Viewer
from arcano.identity.tables import CHANGES

ChangeKind = Literal["ended", "changed", "barred", "leaving", "ways", "granted", "taken"]

KEPT_FOR = timedelta(hours=1)
MAX_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One line. No user: it concerns everybody. No session: all of the person's."""

    sequence: int
    kind: ChangeKind
    user_id: UserId | None
    session_id: SessionId | None
    thing_id: str | None = None

    def concerns(self, viewer: Viewer) -> bool:
        return self.user_id in (None, viewer.user_id) and self.session_id in (
            None,
            viewer.session_id,
        )


def tell_others(
    connection: Connection,
    kind: ChangeKind,
    user_id: UserId | None = None,
    session_id: SessionId | None = None,
    *,
    thing_id: str | None = None,
    now: datetime,
) -> None:
    """Say in this unit of work what it changes about somebody, or about everybody if nobody is named."""
    connection.execute(
        insert(CHANGES),
        {
            "user_id": user_id,
            "session_id": session_id,
            "thing_id": thing_id,
            "kind": kind,
            "made_at": now,
        },
    )
    connection.execute(delete(CHANGES).where(CHANGES.c.made_at < now - KEPT_FOR))


def changes_after(connection: Connection, sequence: int) -> list[Change]:
    """The lines since, oldest first, `MAX_AT_ONCE` at most."""
    rows = connection.execute(
        select(
            CHANGES.c.sequence,
            CHANGES.c.kind,
            CHANGES.c.user_id,
            CHANGES.c.session_id,
            CHANGES.c.thing_id,
        )
        .where(CHANGES.c.sequence > sequence)
        .order_by(CHANGES.c.sequence)
        .limit(MAX_AT_ONCE)
    )
    return [
        Change(row.sequence, row.kind, _user(row.user_id), _session(row.session_id), row.thing_id)
        for row in rows
    ]


def _user(text: str | None) -> UserId | None:
    return None if text is None else UserId(text)


def _session(text: str | None) -> SessionId | None:
    return None if text is None else SessionId(text)

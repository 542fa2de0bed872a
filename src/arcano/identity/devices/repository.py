"""Reading and ending a person's own sessions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from arcano.identity.changes import tell_others
from arcano.identity.domain import Device, SessionId, Viewer
from arcano.identity.tables import SESSIONS, USERS


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A browser or a program in which somebody is signed in."""

    session_id: SessionId
    device: Device
    signed_in_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this: bool


class DeviceRepository:
    """The viewer's own, inside one unit of work."""

    def __init__(self, connection: Connection, viewer: Viewer) -> None:
        self._connection = connection
        self._viewer = viewer

    def all(self, *, unused_since: datetime, now: datetime) -> list[KnownDevice]:
        """Those that can still be used, this one first, then by when they were used last."""
        rows = self._connection.execute(
            select(
                SESSIONS.c.id,
                SESSIONS.c.address,
                SESSIONS.c.user_agent,
                SESSIONS.c.created_at,
                SESSIONS.c.seen_at,
                SESSIONS.c.expires_at,
            )
            .join(USERS, USERS.c.id == SESSIONS.c.user_id)
            .where(
                SESSIONS.c.user_id == self._viewer.user_id,
                SESSIONS.c.epoch == USERS.c.epoch,
                SESSIONS.c.expires_at > now,
                SESSIONS.c.seen_at > unused_since,
            )
            .order_by(SESSIONS.c.seen_at.desc(), SESSIONS.c.id.desc())
        )
        known = [
            KnownDevice(
                SessionId(row.id),
                Device(row.address, row.user_agent),
                row.created_at,
                row.seen_at,
                row.expires_at,
                is_this=row.id == self._viewer.session_id,
            )
            for row in rows
        ]
        return sorted(known, key=lambda one: not one.is_this)

    def end_others(self, *, now: datetime) -> None:
        """Sign every other device out. Other processes are told."""
        others = (
            SESSIONS.c.user_id == self._viewer.user_id,
            SESSIONS.c.id != self._viewer.session_id,
        )
        ended = list(self._connection.scalars(select(SESSIONS.c.id).where(*others)))
        self._connection.execute(delete(SESSIONS).where(*others))
        for session in ended:
            tell_others(
                self._connection, "ended", self._viewer.user_id, SessionId(session), now=now
            )

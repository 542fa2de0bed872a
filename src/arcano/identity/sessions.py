"""Open sessions: from a cookie's token to the person who asks, and the end of it everywhere.

A token is random and never stored; we keep its SHA-256. Known sessions are remembered in memory, so
that a request costs no query. Whatever is open for a session, a stream or a socket, registers here
and is cancelled when the session ends.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from arcano.identity.domain import OpenSession, Person, SessionId, UserId, Viewer
from arcano.identity.errors import NotSignedInError
from arcano.identity.repository import IdentityRepository
from arcano.platform.acts import Act, Actor, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.ids import new_id

MAX_REMEMBERED = 10_000


@dataclass(slots=True, eq=False)
class OpenStay:
    """Something that lasts, such as a stream, held open for one session."""

    viewer: Viewer
    task: asyncio.Task[Any]
    ended: bool = False
    """True once the session has ended; the task was then cancelled for that reason."""


class Sessions:
    """All sessions of this server."""

    def __init__(self, database: Database, clock: Clock, *, lifetime: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._lifetime = lifetime
        self._remembered: dict[bytes, OpenSession] = {}
        self._stays: set[OpenStay] = set()
        self._endings = 0

    async def open(self, person: Person) -> str:
        """Start a session for `person`. Returns the token for the cookie."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        viewer = Viewer(person.id, SessionId(new_id()), person.role, person.name)
        session = OpenSession(viewer, now + self._lifetime)
        digest = _digest(token)
        act = Act("session.opened", viewer.actor, Subject("session", viewer.session_id))

        def unit(connection: Connection) -> None:
            IdentityRepository(connection).add_session(session, digest=digest, now=now)
            record(connection, act, now=now)

        await self._database.write(unit)
        self._remember(digest, session)
        return token

    async def viewer(self, token: str | None) -> Viewer:
        """The person behind a token.

        Raises:
            NotSignedInError: No token, an unknown one, or one whose time is over.
        """
        if not token:
            raise NotSignedInError("Sign in first.")
        digest = _digest(token)
        session = self._remembered.get(digest)
        if session is None:
            session = await self._read(digest)
        if session.expires_at <= self._clock.now():
            self._remembered.pop(digest, None)
            raise NotSignedInError("Your session has ended. Sign in again; nothing was lost.")
        return session.viewer

    async def _read(self, digest: bytes) -> OpenSession:
        endings = self._endings
        session = await self._database.read(lambda c: IdentityRepository(c).session(digest))
        if session is None:
            raise NotSignedInError("You are signed out. Sign in again; nothing was lost.")
        if endings != self._endings:
            # Somebody signed out while we read: what we read may be just that session.
            return await self._read(digest)
        self._remember(digest, session)
        return session

    async def end(self, viewer: Viewer) -> None:
        """Sign out here."""
        act = Act("session.closed", viewer.actor, Subject("session", viewer.session_id))
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            IdentityRepository(connection).end_session(viewer.session_id)
            record(connection, act, now=now)

        await self._database.write(unit)
        self._forget(session_id=viewer.session_id, user_id=viewer.user_id)

    async def end_everywhere(self, user_id: UserId, *, by: Actor | None = None) -> None:
        """Sign the person out on every device. Streams and sockets end before this returns.

        `by` does it; None: the person.
        """
        act = Act("sessions.closed", by or Actor("person", user_id), Subject("person", user_id))
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            number = IdentityRepository(connection).end_sessions_of(user_id)
            record(connection, act.noting(number=number), now=now)

        await self._database.write(unit)
        self._forget(session_id=None, user_id=user_id)

    @contextmanager
    def staying(self, viewer: Viewer) -> Generator[OpenStay]:
        """Keep something open for the viewer: the running task is cancelled when the session ends.

        The one who catches the cancellation asks `ended` whether that was the reason.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - always inside a task
        stay = OpenStay(viewer, task)
        self._stays.add(stay)
        try:
            yield stay
        finally:
            self._stays.discard(stay)

    def _remember(self, digest: bytes, session: OpenSession) -> None:
        if len(self._remembered) >= MAX_REMEMBERED:
            # Oldest first; it is only a cache, the row is the truth.
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[digest] = session

    def _forget(self, *, session_id: SessionId | None, user_id: UserId) -> None:
        self._endings += 1

        def concerns(viewer: Viewer) -> bool:
            return viewer.user_id == user_id and session_id in (None, viewer.session_id)

        for digest in [d for d, known in self._remembered.items() if concerns(known.viewer)]:
            del self._remembered[digest]
        for stay in [stay for stay in self._stays if concerns(stay.viewer)]:
            stay.ended = True
            stay.task.cancel()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()

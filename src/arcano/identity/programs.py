"""Sessions of programs: opened with a sign-in, kept with refresh tokens of which each is good once.

Whoever sends a refresh token a second time shows that two have it: then the session ends for both (RFC 9700, 4.14.2).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from arcano.identity.access_tokens import AccessTokens
from arcano.identity.domain import Device, Person, SessionId, UserId
from arcano.identity.errors import NotSignedInError, RefreshTokenReusedError
from arcano.identity.repository import IdentityRepository
from arcano.identity.sessions import Sessions, digest_of
from arcano.identity.tables import REFRESH_TOKENS, SESSIONS, USERS
from arcano.platform.clock import Clock
from arcano.platform.database import Database


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program gets: one to ask with, for some minutes, and one to get the next two with."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Programs:
    """Gives out tokens, and takes them back. `idle`: how long a session lasts without any use, as for `sessions`."""

    database: Database
    clock: Clock
    sessions: Sessions
    access_tokens: AccessTokens
    idle: timedelta

    async def begin(self, person: Person, device: Device) -> Tokens:
        """A session for a program of this person."""
        # The session's own token is given to nobody: only tokens made from it open anything.
        viewer = await self.sessions.viewer(await self.sessions.open(person, device))
        refresh = secrets.token_urlsafe(32)
        await self.database.write(lambda c: self._add(c, viewer.session_id, refresh))
        access = await self.access_tokens.sign(person.id, viewer.session_id, epoch=person.epoch)
        return Tokens(access, refresh)

    async def go_on(self, refresh: str) -> Tokens:
        """New tokens for old.

        Raises:
            NotSignedInError: Not a token of ours, or its session has ended.
            RefreshTokenReusedError: It was used before. The session has ended now.
        """
        following = secrets.token_urlsafe(32)
        found = await self.database.write(lambda c: self._exchange(c, refresh, following))
        if found is None:
            await self.sessions.hear()
            raise RefreshTokenReusedError(
                "This refresh token was used before. Its session has ended; sign in again."
            )
        user_id, session_id, epoch = found
        access = await self.access_tokens.sign(user_id, session_id, epoch=epoch)
        return Tokens(access, following)

    async def end(self, refresh: str) -> None:
        """Sign the program out. A token that opens nothing ends nothing."""
        found = await self.database.read(lambda c: _session_of(c, refresh))
        if found is not None:
            await self.sessions.end_one(found.user_id, found.session_id)

    def _exchange(
        self, connection: Connection, refresh: str, following: str
    ) -> tuple[UserId, SessionId, int] | None:
        found = _session_of(connection, refresh)
        now = self.clock.now()
        # Asked before it is seen: the row outlives a session that nobody used.
        if found is None or found.ends_at(self.idle) <= now or not found.may_come_in:
            raise NotSignedInError("This program is signed out. Sign in again.")
        if found.used:
            IdentityRepository(connection).end_session(found.user_id, found.session_id, now=now)
            return None
        connection.execute(
            update(REFRESH_TOKENS)
            .where(REFRESH_TOKENS.c.digest == digest_of(refresh))
            .values(used_at=now)
        )
        IdentityRepository(connection).seen(found.session_id, now)
        self._add(connection, found.session_id, following)
        return found.user_id, found.session_id, found.epoch

    def _add(self, connection: Connection, session_id: SessionId, refresh: str) -> None:
        connection.execute(
            insert(REFRESH_TOKENS),
            {
                "digest": digest_of(refresh),
                "session_id": session_id,
                "made_at": self.clock.now(),
                "used_at": None,
            },
        )


@dataclass(frozen=True, slots=True)
class _Found:
    user_id: UserId
    session_id: SessionId
    epoch: int
    expires_at: datetime
    seen_at: datetime
    used: bool
    may_come_in: bool

    def ends_at(self, idle: timedelta) -> datetime:
        """When it has ended, if nobody uses it until then."""
        return min(self.expires_at, self.seen_at + idle)


def _session_of(connection: Connection, refresh: str) -> _Found | None:
    row = connection.execute(
        select(
            SESSIONS.c.id,
            SESSIONS.c.user_id,
            SESSIONS.c.epoch,
            SESSIONS.c.expires_at,
            SESSIONS.c.seen_at,
            REFRESH_TOKENS.c.used_at,
            USERS.c.state,
            USERS.c.epoch.label("epoch_now"),
        )
        .join(SESSIONS, SESSIONS.c.id == REFRESH_TOKENS.c.session_id)
        .join(USERS, USERS.c.id == SESSIONS.c.user_id)
        .where(REFRESH_TOKENS.c.digest == digest_of(refresh))
    ).one_or_none()
    if row is None:
        return None
    return _Found(
        UserId(row.user_id),
        SessionId(row.id),
        row.epoch,
        row.expires_at,
        row.seen_at,
        used=row.used_at is not None,
        may_come_in=row.state == "active" and row.epoch == row.epoch_now,
    )

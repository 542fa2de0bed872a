"""Open sessions: from a cookie's token to the person who asks, and the end of it everywhere.

A token is random and never stored; we keep its SHA-256. Known sessions are remembered in memory, so that a request
costs no query. Whatever is open for a session, a stream or a socket, registers here and is cancelled when the session
ends or its time is over, or when what its person is allowed changes. Other processes hear of it by `changes`.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from arcano.identity.changes import MAX_AT_ONCE, Change, changes_after
from arcano.identity.domain import NOWHERE, Device, OpenSession, Person, SessionId, UserId, Viewer
from arcano.identity.errors import NotSignedInError, ProofNeededError
from arcano.identity.repository import IdentityRepository
from arcano.platform.acts import Act, Actor, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.platform.ids import new_id

log = logging.getLogger(__name__)

MAX_REMEMBERED = 10_000
SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last use of a session is written down."""
LOOK_EVERY_SECONDS = 0.5
PROOF_LASTS = timedelta(minutes=10)
"""How long after showing who they are somebody may do what is dangerous."""


@dataclass(slots=True, eq=False)
class OpenStay:
    """Something that lasts, such as a stream, held open for one session."""

    viewer: Viewer
    task: asyncio.Task[Any]
    through_changes: bool = False
    """It goes on when its person may do other things than when it began; not when they may not come in any more."""
    ended: bool = False
    """The task was cancelled from here: the session has ended, or goes on under other permissions."""
    signed_out: bool = False
    """True if the session itself has ended."""
    about: Collection[str] | None = None
    """The things of which it shows something that may be shared with its person, as of now. None: it may be any."""
    when_shared: Callable[[str], None] | None = None
    """Told each thing of which its person has more or less from now on."""
    seen_at: datetime = field(kw_only=True)
    """When its session was last used, as far as is known here."""

    def ends_with(self, change: Change) -> bool:
        """Whether it may not go on after this."""
        if change.kind == "granted" or not change.concerns(self.viewer):
            return False
        if change.kind == "taken":
            return not self.through_changes and (
                self.about is None or change.thing_id in self.about
            )
        if change.kind == "changed":
            return not self.through_changes
        # Signing out everywhere takes sessions back, not the keys of programs that run somewhere.
        is_of_sessions = change.kind == "ended" and change.session_id is None
        return self.viewer.key is None or not is_of_sessions

    def end(self, *, signed_out: bool) -> None:
        """Have the one who holds it open let go."""
        self.ended = True
        self.signed_out = self.signed_out or signed_out
        self.task.cancel()


class Sessions:
    """All sessions of this server. `lifetime`: however much it is used; `idle`: without any use."""

    def __init__(
        self, database: Database, clock: Clock, *, lifetime: timedelta, idle: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._lifetime = lifetime
        self._idle = idle
        self._remembered: dict[bytes, OpenSession] = {}
        self._used: dict[SessionId, datetime] = {}
        """What was used since that was last written down, and when."""
        self._stays: set[OpenStay] = set()
        self._endings = 0
        self._heard = 0
        self._hearing = asyncio.Lock()
        self._when_barred: list[Callable[[UserId], Awaitable[None]]] = []
        self._when_changed: list[Callable[[Change], None]] = []
        self._when_leaving: list[Callable[[UserId], Awaitable[None]]] = []
        self._when_ways_change: list[Callable[[], Awaitable[None]]] = []
        self._ways_are_old = False

    @property
    def changes_heard(self) -> int:
        """Counts up with each change that is heard, so that whoever read something knows whether it may be old."""
        return self._endings

    def when_changed(self, forget: Callable[[Change], None]) -> None:
        """Have `forget` let go of what it remembers about those whom a change concerns."""
        self._when_changed.append(forget)

    def when_barred(self, stop: Callable[[UserId], Awaitable[None]]) -> None:
        """Have `stop` end what runs in the name of a person who may not come in any more. It must not take long."""
        self._when_barred.append(stop)

    def when_leaving(self, forget: Callable[[UserId], Awaitable[None]]) -> None:
        """Have `forget` let go of what this process remembers of a person whose rows go. It must not take long."""
        self._when_leaving.append(forget)

    def when_ways_change(self, look: Callable[[], Awaitable[None]]) -> None:
        """Have `look` read anew how people may sign in elsewhere, whenever somebody changed it."""
        self._when_ways_change.append(look)

    async def open(self, person: Person, device: Device = NOWHERE) -> str:
        """Start a session for `person`, however they proved who they are. Returns the token for the cookie.

        Raises:
            AccountWaitingError: They were not approved yet.
            AccountDisabledError: They may not come in.
            NotSignedInError: All that was given out to them was taken back since `person` was read.
        """
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        digest = digest_of(token)
        session_id = SessionId(new_id())

        act = Act("session.opened", person.actor, Subject("session", session_id))

        def unit(connection: Connection) -> OpenSession:
            repository = IdentityRepository(connection)
            # As they are now: meanwhile they may have been disabled, or given another role.
            known = repository.active_person(person.id)
            if known.epoch != person.epoch:
                raise NotSignedInError("Your password was changed just now. Sign in again.")
            viewer = repository.viewer(known.id, session_id, known.role, known.name)
            ends_at = now + self._lifetime
            session = OpenSession(replace(viewer, ends_at=ends_at), ends_at, now)
            repository.add_session(
                session, digest=digest, epoch=known.epoch, device=device, now=now
            )
            record(connection, act, now=now)
            return session

        endings = self._endings
        session = await self._database.write(unit)
        if endings == self._endings:
            self._remember(digest, session)
        return token

    async def viewer(self, token: str | None) -> Viewer:
        """The person behind a token.

        Raises:
            NotSignedInError: No token, an unknown one, or one whose time is over.
        """
        if not token:
            raise NotSignedInError("Sign in first.")
        digest = digest_of(token)
        return await self.viewer_behind(digest, lambda c: IdentityRepository(c).session(digest))

    def remembers(self, digest: bytes) -> bool:
        """Whether what has this digest was accepted lately, so that it need not be looked at again."""
        return digest in self._remembered

    async def viewer_behind(
        self, digest: bytes, find: Callable[[Connection], OpenSession | None]
    ) -> Viewer:
        """The person behind anything that has `digest`; `find` reads their session where it is not remembered.

        Raises:
            NotSignedInError: There is none, or its time is over.
        """
        session = self._remembered.get(digest)
        if session is None:
            session = await self._read(digest, find)
        now = self._clock.now()
        if now >= min(session.expires_at, session.seen_at + self._idle):
            self._remembered.pop(digest, None)
            raise NotSignedInError("Your session has ended. Sign in again; nothing was lost.")
        if now - session.seen_at >= SEEN_EVERY:
            self._see(session.viewer.session_id, now)
        return session.viewer

    def use(self, stay: OpenStay) -> None:
        """Its person has just asked for something over what they hold open: the session is in use."""
        now = self._clock.now()
        if stay.viewer.key is None and now - stay.seen_at >= SEEN_EVERY:
            stay.seen_at = now
            self._see(stay.viewer.session_id, now)

    async def settle(self) -> None:
        """Write down which sessions were used since. What cannot be written is tried again the next time."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            await self._database.write(partial(_note_uses, used=used))
        except StorageError:
            log.warning("cannot write down which sessions were used; trying again")
            self._used = used | self._used

    def _see(self, session_id: SessionId, now: datetime) -> None:
        # Written by `keep`: nobody waits for that, and whoever signs out meanwhile is not let in by somebody who did.
        self._used[session_id] = now
        for digest, known in self._remembered.items():
            if known.viewer.session_id == session_id:
                self._remembered[digest] = replace(known, seen_at=now)

    async def _read(
        self, digest: bytes, find: Callable[[Connection], OpenSession | None]
    ) -> OpenSession:
        endings = self._endings
        session = await self._database.read(find)
        if session is None:
            raise NotSignedInError("You are signed out. Sign in again; nothing was lost.")
        if endings != self._endings:
            # Somebody signed out while we read: what we read may be just that session.
            return await self._read(digest, find)
        self._remember(digest, session)
        return session

    async def expect_proof(self, viewer: Viewer) -> None:
        """Go on only if the person showed lately that it is really them.

        Raises:
            ProofNeededError: That is too long ago.
        """
        proved_at = await self._database.read(
            lambda c: IdentityRepository(c).proved_at(viewer.session_id)
        )
        if proved_at is None or self._clock.now() - proved_at > PROOF_LASTS:
            raise ProofNeededError("Show once more that it is you, and do it again.")

    async def proved(self, viewer: Viewer) -> None:
        """The person has just shown that it is really them."""
        now = self._clock.now()
        await self._database.write(lambda c: IdentityRepository(c).prove(viewer.session_id, now))

    async def end(self, viewer: Viewer) -> None:
        """Sign out here."""
        await self.end_one(viewer.user_id, viewer.session_id, by=viewer.actor)

    async def end_one(
        self, user_id: UserId, session_id: SessionId, *, by: Actor | None = None
    ) -> bool:
        """Sign one device of a person out. Whether there was such a session of theirs.

        `by` does it; None: the person.
        """
        act = Act("session.closed", by or Actor("person", user_id), Subject("session", session_id))
        now = self._clock.now()

        def unit(connection: Connection) -> bool:
            ended = IdentityRepository(connection).end_session(user_id, session_id, now=now)
            if ended:
                record(connection, act, now=now)
            return ended

        ended = await self._database.write(unit)
        await self.hear()
        return ended

    async def end_everywhere(self, user_id: UserId, *, by: Actor | None = None) -> None:
        """Sign the person out on every device. Streams and sockets end before this returns.

        `by` does it; None: the person.
        """
        act = Act("sessions.closed", by or Actor("person", user_id), Subject("person", user_id))
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            number = IdentityRepository(connection).end_sessions_of(user_id, now=now)
            record(connection, act.noting(number=number), now=now)

        await self._database.write(unit)
        await self.hear()

    @contextmanager
    def staying(
        self,
        viewer: Viewer,
        *,
        through_changes: bool = False,
        about: Collection[str] | None = None,
        when_shared: Callable[[str], None] | None = None,
    ) -> Generator[OpenStay]:
        """Keep something open for the viewer: the running task is cancelled when it may not go on.

        For what cannot begin anew, such as one call's answer, `through_changes` lets it finish when the viewer's
        permissions change, and when the time is over of what they asked with. It ends all the same when their session
        is ended, their key is revoked or they are disabled. `about` and `when_shared`: see `OpenStay`.
        The one who catches the cancellation asks `ended` whether that was the reason.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - always inside a task
        stay = OpenStay(
            viewer,
            task,
            through_changes,
            about=about,
            when_shared=when_shared,
            seen_at=self._clock.now(),
        )
        self._stays.add(stay)
        try:
            yield stay
        finally:
            self._stays.discard(stay)

    async def hear(self) -> None:
        """Let go of whatever was ended or changed since this was last asked, by this process or another."""
        async with self._hearing:
            more = True
            while more:
                changes = await self._database.read(partial(changes_after, sequence=self._heard))
                for change in changes:
                    self._let_go(change)
                    self._heard = change.sequence
                await self._tell(changes)
                more = len(changes) == MAX_AT_ONCE
            if self._ways_are_old:
                for look in self._when_ways_change:
                    await look()
                # Only now: where the database could not be read, the next hearing looks again.
                self._ways_are_old = False

    async def keep(self) -> None:
        """Hear what other processes change, end what is over and write down what is used, for as long as the server lives."""
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._keep_hearing())
            # Apart, because who waits to write must not keep anybody from hearing.
            loops.create_task(self._keep_writing())

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await self.settle()

    async def _keep_hearing(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.hear()
                await self.end_what_is_over()
            except StorageError:
                log.warning("cannot hear what changes about people; trying again")

    async def end_what_is_over(self) -> None:
        """End whatever is open for a session, a key or a token whose time is over, or a session that nobody uses."""
        now = self._clock.now()
        idle: list[OpenStay] = []
        for stay in [stay for stay in self._stays if not stay.through_changes and not stay.ended]:
            ends_at = stay.viewer.ends_at
            if ends_at is not None and now >= ends_at:
                stay.end(signed_out=True)
            elif stay.viewer.key is None and now >= stay.seen_at + self._idle:
                idle.append(stay)
        for stay in idle:
            # The session may be in use by other requests, or in another process.
            session_id = stay.viewer.session_id
            written = await self._database.read(partial(_seen_at, session_id=session_id))
            used = (written, self._used.get(session_id), stay.seen_at)
            stay.seen_at = max(filter(None, used))
            if now >= stay.seen_at + self._idle and stay in self._stays and not stay.ended:
                stay.end(signed_out=True)

    def _let_go(self, change: Change) -> None:
        if change.kind == "ways":
            self._ways_are_old = True
            return
        if change.kind in ("granted", "taken"):
            self._share_anew(change)
            return
        self._endings += 1
        for digest in [d for d, known in self._remembered.items() if change.concerns(known.viewer)]:
            del self._remembered[digest]
        for forget in self._when_changed:
            forget(change)
        for stay in [stay for stay in self._stays if stay.ends_with(change)]:
            stay.end(signed_out=change.kind != "changed")

    def _share_anew(self, change: Change) -> None:
        # What is remembered of people says nothing of single things.
        assert change.thing_id is not None  # noqa: S101 - such a change is about one
        for stay in [stay for stay in self._stays if change.concerns(stay.viewer)]:
            if stay.ends_with(change):
                stay.end(signed_out=False)
            elif stay.when_shared is not None:
                stay.when_shared(change.thing_id)

    async def _tell(self, changes: list[Change]) -> None:
        barred = [one.user_id for one in changes if one.kind in ("barred", "leaving")]
        for user_id in dict.fromkeys(filter(None, barred)):
            for stop in self._when_barred:
                await stop(user_id)
        leaving = [one.user_id for one in changes if one.kind == "leaving"]
        for user_id in dict.fromkeys(filter(None, leaving)):
            for forget in self._when_leaving:
                await forget(user_id)

    def _remember(self, digest: bytes, session: OpenSession) -> None:
        if len(self._remembered) >= MAX_REMEMBERED:
            # Oldest first; it is only a cache, the row is the truth.
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[digest] = session


def _note_uses(connection: Connection, used: Mapping[SessionId, datetime]) -> None:
    repository = IdentityRepository(connection)
    for session_id, moment in used.items():
        repository.seen(session_id, moment)


def _seen_at(connection: Connection, session_id: SessionId) -> datetime | None:
    return IdentityRepository(connection).seen_at(session_id)


def digest_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()

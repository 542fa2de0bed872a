"""Making, changing, rotating and revoking keys: one's own, and those of service accounts that one looks after.

Whoever may revoke everybody's keys may do no more with them: a key that somebody else made or changed would let them act
as its person. Call `Sessions.hear` after each of these.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from sqlalchemy import Connection

from arcano.identity.changes import tell_others
from arcano.identity.domain import Person, SessionId, UserId, Viewer
from arcano.identity.errors import PersonNotFoundError
from arcano.identity.keys.domain import ApiKey, KeySecret
from arcano.identity.keys.errors import KeyRotatedError
from arcano.identity.keys.repository import KeyRepository
from arcano.identity.keys.scope import KeyDoor, KeyId, KeyLimits, KeyScope
from arcano.identity.keys.secret import Secret, digest_of_secret, hint_of, new_secret
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.permissions import Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_stand_in
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import InvalidInputError
from arcano.platform.ids import new_id

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """All that is decided about a key."""

    name: str
    doors: frozenset[KeyDoor]
    models: tuple[str, ...]
    addresses: tuple[str, ...]
    limits: KeyLimits
    expires_at: datetime | None

    def apply_to(self, key: ApiKey) -> ApiKey:
        scope = KeyScope(key.scope.id, self.name, self.doors, self.models, self.limits)
        return replace(key, scope=scope, addresses=self.addresses, expires_at=self.expires_at)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key with what opens it, which is told this once."""

    key: ApiKey
    secret: Secret


@dataclass(frozen=True, slots=True)
class KeyEditor:
    """One viewer's deeds on keys."""

    viewer: Viewer
    database: Database
    clock: Clock

    async def make(self, terms: KeyTerms, *, for_whom: UserId | None = None) -> MadeKey:
        """A new key for the viewer, or for a service account.

        Raises:
            NotAllowedError: The viewer may not make keys, or not for this account.
            PersonNotFoundError: No such service account.
            InvalidInputError: It would have expired already.
        """
        now = self.clock.now()
        _expect_ahead(terms.expires_at, now)
        secret = new_secret()
        key_id = KeyId(new_id())

        def unit(keys: KeyRepository, known: Viewer, connection: Connection) -> MadeKey:
            owner = self._owner(connection, known, for_whom or known.user_id)
            first = KeySecret(hint_of(secret), now, ends_at=None, last_used_at=None)
            scope = KeyScope(key_id, terms.name, terms.doors)
            blank = ApiKey(scope, owner.id, owner.name, owner.kind, (), now, None, None, (first,))
            key = terms.apply_to(blank)
            keys.add(key, digest=digest_of_secret(secret))
            return MadeKey(key, secret)

        act = self._act("key.added", key_id).noting(name=terms.name)
        if for_whom is not None:
            act = act.noting(of=for_whom)
        return await self._write(act, unit)

    async def change(self, key_id: KeyId, change: Callable[[ApiKey], KeyTerms]) -> ApiKey:
        """The key under the terms that `change` makes of it.

        Raises:
            KeyNotFoundError: There is none that is the viewer's to change.
            NotAllowedError: The viewer may not make keys, or not for this account.
            InvalidInputError: It would have expired already.
        """
        now = self.clock.now()

        def unit(keys: KeyRepository, known: Viewer, connection: Connection) -> ApiKey:
            before = keys.one_to_change(key_id)
            self._owner(connection, known, before.user_id)
            terms = change(before)
            if terms.expires_at != before.expires_at:
                _expect_ahead(terms.expires_at, now)
            keys.put(terms.apply_to(before))
            _tell(connection, before, "changed", now)
            return keys.one_to_change(key_id)

        return await self._write(self._act("key.changed", key_id), unit)

    async def rotate(
        self, key_id: KeyId, *, overlap: timedelta, replaces: str | None = None
    ) -> MadeKey:
        """A new secret for the key; the one before goes on for `overlap`, and both are shown meanwhile.

        `replaces`: the hint of the secret that is meant, so that of two who do this at once only one does.

        Raises:
            KeyNotFoundError: There is none that is the viewer's to change.
            NotAllowedError: The viewer may not make keys, or not for this account.
            KeyRotatedError: It has another secret than `replaces`; or the one before the last still goes on, and would
                have to end at once.
        """
        now = self.clock.now()
        secret = new_secret()

        def unit(keys: KeyRepository, known: Viewer, connection: Connection) -> MadeKey:
            before = keys.one_to_change(key_id)
            self._owner(connection, known, before.user_id)
            _expect_meant(before, replaces, overlap, now)
            keys.end_secrets(key_id, at=now + overlap, now=now)
            following = KeySecret(hint_of(secret), now, ends_at=None, last_used_at=None)
            keys.add_secret(key_id, following, digest=digest_of_secret(secret))
            _tell(connection, before, "changed", now)
            return MadeKey(keys.one_to_change(key_id), secret)

        act = self._act("key.rotated", key_id).noting(overlap=round(overlap.total_seconds()))
        return await self._write(act, unit)

    async def revoke(self, key_id: KeyId) -> None:
        """It opens nothing any more, and what is open for it ends.

        Raises:
            KeyNotFoundError: There is none that is the viewer's to revoke.
        """
        now = self.clock.now()

        def unit(keys: KeyRepository, _known: Viewer, connection: Connection) -> None:
            key = keys.one_to_revoke(key_id)
            keys.revoke(key_id, now=now)
            _tell(connection, key, "ended", now)

        await self._write(self._act("key.revoked", key_id), unit)

    def _owner(self, connection: Connection, known: Viewer, user_id: UserId) -> Person:
        """Whom the key stands for, if the viewer may let programs act as them."""
        person = PeopleRepository(connection, known).one(user_id).person
        if person.id == known.user_id:
            known.expect(Permission.KEY_CREATE)
        elif person.kind == "service":
            known.expect(Permission.SERVICE_MANAGE)
            theirs = IdentityRepository(connection).permissions_with_groups(person.id, person.role)
            expect_may_stand_in(known, person, theirs)
        else:
            raise PersonNotFoundError("There is no such service account.")
        return person

    def _act(self, action: str, key_id: KeyId) -> Act:
        return Act(action, self.viewer.actor, Subject("key", key_id))

    async def _write(self, act: Act, unit: Callable[[KeyRepository, Viewer, Connection], T]) -> T:
        def whole(connection: Connection) -> T:
            known = IdentityRepository(connection).as_of_now(self.viewer)
            done = unit(KeyRepository(connection, known), known, connection)
            record(connection, act, now=self.clock.now())
            return done

        return await self.database.write(whole)


def _expect_ahead(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise InvalidInputError(
            "The key would have expired already. Choose a time that is to come."
        )


def _expect_meant(key: ApiKey, replaces: str | None, overlap: timedelta, now: datetime) -> None:
    current, *earlier = key.secrets
    if replaces is not None and replaces != current.hint:
        raise KeyRotatedError(f"This key was rotated meanwhile: its secret ends in {current.hint}.")
    going_on = [each for each in earlier if each.ends_at is not None and each.ends_at > now]
    if going_on and overlap:
        raise KeyRotatedError(
            "The secret before this one still goes on. Wait until it has ended, or rotate without an overlap."
        )


def _tell(
    connection: Connection, key: ApiKey, kind: Literal["changed", "ended"], now: datetime
) -> None:
    # A key's id stands where a session's would: see `find_key`.
    tell_others(connection, kind, key.user_id, SessionId(key.scope.id), now=now)

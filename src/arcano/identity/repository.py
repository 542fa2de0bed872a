"""Reading and writing people and sessions. Runs before anybody is known, so it has no viewer."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from arcano.identity.changes import tell_others
from arcano.identity.domain import (
    Device,
    GroupId,
    OpenSession,
    Person,
    PersonKind,
    PersonState,
    SessionId,
    UserId,
    Viewer,
)
from arcano.identity.errors import (
    AccountDisabledError,
    AccountWaitingError,
    EmailTakenError,
    NotSignedInError,
    SetupAlreadyDoneError,
)
from arcano.identity.keys.scope import EVERY_MODEL
from arcano.identity.permissions import (
    BUILT_IN_ROLES,
    MEMBER,
    OWNER,
    ROLE_NAMES,
    Permission,
    known_permissions,
)
from arcano.identity.tables import GROUPS, MEMBERSHIPS, ROLES, SESSIONS, USERS

PERSON = select(
    USERS.c.id,
    USERS.c.email,
    USERS.c.name,
    USERS.c.role,
    USERS.c.created_at,
    USERS.c.state,
    USERS.c.kind,
    USERS.c.epoch,
)
"""What `person_of` makes a `Person` of."""

_SESSIONS = (
    select(
        SESSIONS.c.id,
        SESSIONS.c.user_id,
        SESSIONS.c.expires_at,
        SESSIONS.c.seen_at,
        USERS.c.role,
        USERS.c.name,
    )
    .join(USERS, USERS.c.id == SESSIONS.c.user_id)
    .where(SESSIONS.c.epoch == USERS.c.epoch, USERS.c.state == "active")
)
_SESSION = _SESSIONS.where(SESSIONS.c.token_digest == bindparam("digest"))
_SESSION_BY_ID = _SESSIONS.where(
    SESSIONS.c.id == bindparam("session"), USERS.c.epoch == bindparam("epoch")
)
_GROUPS_OF = (
    select(GROUPS.c.id, GROUPS.c.permissions, GROUPS.c.models)
    .join(MEMBERSHIPS, MEMBERSHIPS.c.group_id == GROUPS.c.id)
    .where(MEMBERSHIPS.c.user_id == bindparam("user"))
)


class IdentityRepository:
    """People and sessions, inside one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def has_owner(self) -> bool:
        owner = self._connection.scalar(select(USERS.c.id).where(USERS.c.role == OWNER))
        return owner is not None

    def add_owner(self, person: Person, *, password_hash: str | None) -> None:
        """Make `person` the owner.

        Raises:
            SetupAlreadyDoneError: Somebody was faster.
        """
        try:
            self._add(person, password_hash)
        except IntegrityError as taken:
            raise SetupAlreadyDoneError(
                "This workspace already has an owner. Sign in instead."
            ) from taken

    def add_person(self, person: Person, *, password_hash: str | None) -> None:
        """Let somebody in who is not the owner.

        Raises:
            EmailTakenError: Somebody has this address.
        """
        try:
            self._add(person, password_hash)
        except IntegrityError as taken:
            raise EmailTakenError(
                "Somebody in this workspace has this e-mail address. If it is you, sign in with it."
            ) from taken

    def _add(self, person: Person, password_hash: str | None) -> None:
        self._connection.execute(
            insert(USERS),
            {
                "id": person.id,
                "email": person.email,
                "name": person.name,
                "role": person.role,
                "created_at": person.created_at,
                "state": person.state,
                "kind": person.kind,
                "password_hash": password_hash,
            },
        )

    def active_person(self, user_id: UserId) -> Person:
        """The person as they are now, if they may come in.

        Raises:
            AccountWaitingError: They were not approved yet.
            AccountDisabledError: They may not come in, or are gone.
        """
        person = self.person(user_id)
        if person is not None and person.state == "waiting":
            raise AccountWaitingError(
                "Your account waits for approval. Whoever administers the workspace can let you in."
            )
        if person is None or person.state != "active" or person.kind != "person":
            raise AccountDisabledError(
                "This account is disabled. Whoever administers the workspace can enable it again."
            )
        return person

    def person(self, user_id: UserId) -> Person | None:
        row = self._connection.execute(PERSON.where(USERS.c.id == user_id)).one_or_none()
        return None if row is None else person_of(*row)

    def person_to_sign_in(self, email: str) -> tuple[Person, str | None] | None:
        """The person with this e-mail and the hash of their password."""
        return self._with_hash(USERS.c.email == email)

    def person_with_hash(self, user_id: UserId) -> tuple[Person, str | None] | None:
        """The person and the hash of their password."""
        return self._with_hash(USERS.c.id == user_id)

    def _with_hash(self, condition: ColumnElement[bool]) -> tuple[Person, str | None] | None:
        row = self._connection.execute(
            PERSON.add_columns(USERS.c.password_hash).where(condition, USERS.c.kind == "person")
        ).one_or_none()
        if row is None:
            return None
        *fields, password_hash = row
        return person_of(*fields), password_hash

    def replace_password_hash(self, user_id: UserId, password_hash: str) -> None:
        self._connection.execute(
            update(USERS).where(USERS.c.id == user_id).values(password_hash=password_hash)
        )

    def viewer(self, user_id: UserId, session_id: SessionId, role: str, name: str) -> Viewer:
        """The person as one who asks, with everything that they are allowed."""
        permissions = self.permissions_of(role)
        groups: set[GroupId] = set()
        models: set[str] = set()
        for group_id, granted, named in self._connection.execute(_GROUPS_OF, {"user": user_id}):
            groups.add(GroupId(group_id))
            permissions |= known_permissions(json.loads(granted))
            models.update(json.loads(named))
        # The owner must be able to try what others may not.
        limited = tuple(sorted(models)) if models and role != OWNER else EVERY_MODEL
        return Viewer(
            user_id, session_id, role, permissions, frozenset(groups), name, models=limited
        )

    def permissions_with_groups(self, user_id: UserId, role: str) -> frozenset[Permission]:
        """What somebody of this role may do, by their groups too."""
        return self.viewer(user_id, SessionId(""), role, "").permissions

    def permissions_by_group(
        self, groups: Collection[GroupId]
    ) -> dict[GroupId, frozenset[Permission]]:
        """What each of these groups allows, of those that exist."""
        found = self._connection.execute(
            select(GROUPS.c.id, GROUPS.c.permissions).where(GROUPS.c.id.in_(groups))
        )
        return {GroupId(group): known_permissions(json.loads(granted)) for group, granted in found}

    def as_of_now(self, viewer: Viewer) -> Viewer:
        """The viewer with what they are allowed in this unit, for what must not rest on what is remembered.

        Raises:
            NotSignedInError: They may not come in any more.
        """
        person = self.person(viewer.user_id)
        if person is None or person.state != "active":
            raise NotSignedInError("You are signed out. Sign in again; nothing was lost.")
        now = self.viewer(viewer.user_id, viewer.session_id, person.role, person.name)
        return now if viewer.key is None else now.with_key(viewer.key, person.kind)

    def role_name(self, role: str) -> str:
        """What people call a role."""
        name = self._connection.scalar(select(ROLES.c.name).where(ROLES.c.id == role))
        return name or ROLE_NAMES.get(role) or ROLE_NAMES[MEMBER]

    def permissions_of(self, role: str) -> frozenset[Permission]:
        """What a role allows. One that no longer exists allows what a member's does."""
        if role == OWNER:
            return BUILT_IN_ROLES[OWNER]
        changed = self._connection.scalar(select(ROLES.c.permissions).where(ROLES.c.id == role))
        if changed is not None:
            return known_permissions(json.loads(changed))
        if role in BUILT_IN_ROLES:
            return BUILT_IN_ROLES[role]
        return self.permissions_of(MEMBER)

    def add_session(
        self, session: OpenSession, *, digest: bytes, epoch: int, device: Device, now: datetime
    ) -> None:
        self._connection.execute(
            insert(SESSIONS),
            {
                "id": session.viewer.session_id,
                "token_digest": digest,
                "user_id": session.viewer.user_id,
                "created_at": now,
                "expires_at": session.expires_at,
                "epoch": epoch,
                "seen_at": now,
                "proved_at": now,
                "address": device.address,
                "user_agent": device.user_agent,
            },
        )
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < now))

    def session(self, digest: bytes) -> OpenSession | None:
        """The session with this token, if its person may still come in."""
        row = self._connection.execute(_SESSION, {"digest": digest}).one_or_none()
        if row is None:
            return None
        return self._open_session(row, row.expires_at)

    def session_by_id(
        self, session_id: SessionId, *, epoch: int, expires_at: datetime
    ) -> OpenSession | None:
        """The session of a program, if its person may still come in and nothing was ended since `epoch`."""
        row = self._connection.execute(
            _SESSION_BY_ID, {"session": session_id, "epoch": epoch}
        ).one_or_none()
        if row is None:
            return None
        return self._open_session(row, min(expires_at, row.expires_at))

    def _open_session(self, row: Any, expires_at: datetime) -> OpenSession:  # noqa: ANN401 - a row of `_SESSIONS`
        viewer = self.viewer(UserId(row.user_id), SessionId(row.id), row.role, row.name)
        return OpenSession(replace(viewer, ends_at=expires_at), expires_at, row.seen_at)

    def seen_at(self, session_id: SessionId) -> datetime | None:
        """When the session was last used, as far as was written down; None if it has ended."""
        return self._connection.scalar(
            select(SESSIONS.c.seen_at).where(SESSIONS.c.id == session_id)
        )

    def proved_at(self, session_id: SessionId) -> datetime | None:
        return self._connection.scalar(
            select(SESSIONS.c.proved_at).where(SESSIONS.c.id == session_id)
        )

    def prove(self, session_id: SessionId, now: datetime) -> None:
        self._connection.execute(
            update(SESSIONS).where(SESSIONS.c.id == session_id).values(proved_at=now)
        )

    def seen(self, session_id: SessionId, now: datetime) -> None:
        self._connection.execute(
            update(SESSIONS).where(SESSIONS.c.id == session_id).values(seen_at=now)
        )

    def end_session(self, user_id: UserId, session_id: SessionId, *, now: datetime) -> bool:
        """Whether there was such a session of this person. Other processes are told."""
        ended = self._connection.execute(
            delete(SESSIONS).where(SESSIONS.c.id == session_id, SESSIONS.c.user_id == user_id)
        )
        if ended.rowcount:
            tell_others(self._connection, "ended", user_id, session_id, now=now)
        return bool(ended.rowcount)

    def end_sessions_of(self, user_id: UserId, *, now: datetime) -> int:
        """Nothing that was given out to this person is worth anything any more. Other processes are told.

        Returns how many sessions there were.
        """
        ended = self._connection.execute(delete(SESSIONS).where(SESSIONS.c.user_id == user_id))
        self._connection.execute(
            update(USERS).where(USERS.c.id == user_id).values(epoch=USERS.c.epoch + 1)
        )
        tell_others(self._connection, "ended", user_id, now=now)
        return ended.rowcount


_STATE = select(USERS.c.state).where(USERS.c.id == bindparam("user"))


def expect_active(connection: Connection, user_id: UserId) -> None:
    """Go on only if the person may come in as of this unit, whatever is remembered of their session.

    Raises:
        NotSignedInError: They were disabled, or are gone.
    """
    if connection.scalar(_STATE, {"user": user_id}) != "active":
        raise NotSignedInError("You are signed out. Sign in again; nothing was lost.")


def is_leaving(connection: Connection, user_id: UserId) -> bool:
    """Whether the person is being deleted, or is gone: what is theirs goes with them."""
    return connection.scalar(_STATE, {"user": user_id}) in ("leaving", None)


def names_of(connection: Connection, user_ids: Collection[UserId]) -> dict[UserId, str]:
    """What people are called; whoever is not there is left out."""
    rows = connection.execute(select(USERS.c.id, USERS.c.name).where(USERS.c.id.in_(user_ids)))
    return {UserId(row.id): row.name for row in rows}


def person_of(
    user_id: str,
    email: str,
    name: str,
    role: str,
    created_at: datetime,
    state: PersonState,
    kind: PersonKind,
    epoch: int,
) -> Person:
    return Person(UserId(user_id), email, name, role, created_at, state, kind, epoch)

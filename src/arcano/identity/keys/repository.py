"""Reading and writing keys: for one viewer, and for whoever comes with a key and is nobody yet."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    false,
    insert,
    or_,
    select,
    true,
    update,
)

from arcano.identity.domain import PersonKind, SessionId, UserId, Viewer
from arcano.identity.errors import NotSignedInError
from arcano.identity.keys.domain import ApiKey, KeySecret
from arcano.identity.keys.errors import KeyNotFoundError, KeyRefusedError
from arcano.identity.keys.scope import KEY_DOORS, KeyId, KeyLimits, KeyScope
from arcano.identity.keys.tables import API_KEYS, KEY_SECRETS
from arcano.identity.permissions import Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.tables import USERS

_KEYS = select(
    API_KEYS.c.id,
    API_KEYS.c.user_id,
    API_KEYS.c.name,
    API_KEYS.c.doors,
    API_KEYS.c.models,
    API_KEYS.c.addresses,
    API_KEYS.c.requests_per_minute,
    API_KEYS.c.tokens_per_minute,
    API_KEYS.c.concurrent,
    API_KEYS.c.created_at,
    API_KEYS.c.expires_at,
    API_KEYS.c.revoked_at,
    USERS.c.name.label("owner_name"),
    USERS.c.kind.label("owner_kind"),
    USERS.c.role.label("owner_role"),
).join(USERS, USERS.c.id == API_KEYS.c.user_id)
_BEHIND = (
    _KEYS.add_columns(KEY_SECRETS.c.ends_at)
    .join(KEY_SECRETS, KEY_SECRETS.c.key_id == API_KEYS.c.id)
    .where(
        KEY_SECRETS.c.digest == bindparam("of"),
        API_KEYS.c.revoked_at.is_(None),
        USERS.c.state == "active",
    )
)
_USED = (
    update(KEY_SECRETS)
    .where(KEY_SECRETS.c.digest == bindparam("of"))
    .values(last_used_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """What somebody came with: who asks with it, from where they may, and until when."""

    viewer: Viewer
    addresses: tuple[str, ...]
    ends_at: datetime | None


def find_key(connection: Connection, digest: bytes) -> FoundKey | None:
    """The key that is opened by the secret with this digest, if it was not revoked and its person may come in."""
    row = connection.execute(_BEHIND, {"of": digest}).one_or_none()
    if row is None:
        return None
    scope = _scope(row)
    person = IdentityRepository(connection).viewer(
        # In the place of a session's, so that what is open for it ends with it.
        UserId(row.user_id),
        SessionId(scope.id),
        row.owner_role,
        row.owner_name,
    )
    ends = [moment for moment in (row.expires_at, row.ends_at) if moment is not None]
    ends_at = min(ends, default=None)
    viewer = replace(person.with_key(scope, row.owner_kind), ends_at=ends_at)
    return FoundKey(viewer, tuple(json.loads(row.addresses)), ends_at)


def standing_viewer(
    connection: Connection, user_id: UserId, key_id: KeyId | None, *, now: datetime
) -> Viewer:
    """Who asks at this moment in work that they began, and that goes on without them; with the key that they began it with.

    Raises:
        NotSignedInError: They may not come in any more.
        KeyRefusedError: The key was revoked, or its time is over.
    """
    identity = IdentityRepository(connection)
    person = identity.person(user_id)
    if person is None or person.state != "active":
        raise NotSignedInError("Who began this may not come in any more.")
    viewer = identity.viewer(user_id, SessionId(key_id or ""), person.role, person.name)
    if key_id is None:
        return viewer
    return viewer.with_key(_standing_key(connection, key_id, now), person.kind)


def _standing_key(connection: Connection, key_id: KeyId, now: datetime) -> KeyScope:
    goes_on = or_(API_KEYS.c.expires_at.is_(None), API_KEYS.c.expires_at > now)
    good = _KEYS.where(API_KEYS.c.id == key_id, API_KEYS.c.revoked_at.is_(None), goes_on)
    row = connection.execute(good).one_or_none()
    if row is None:
        raise KeyRefusedError("The key with which this was begun was revoked, or its time is over.")
    return _scope(row)


def note_uses(connection: Connection, used: Mapping[bytes, datetime]) -> None:
    """Write down when secrets were last used, by their digests."""
    connection.execute(_USED, [{"of": digest, "at": at} for digest, at in used.items()])


class KeyRepository:
    """Keys as one person may see them, inside one unit of work: their own, and those that they look after."""

    def __init__(self, connection: Connection, viewer: Viewer) -> None:
        self._connection = connection
        self._viewer = viewer

    def one_to_change(self, key_id: KeyId) -> ApiKey:
        """A key of the viewer's own, or of a service account that they look after.

        Raises:
            KeyNotFoundError: There is none, or it was revoked.
        """
        return self._one(key_id, self._is_theirs())

    def one_to_revoke(self, key_id: KeyId) -> ApiKey:
        """The same, or anybody's where the viewer may revoke everybody's.

        Raises:
            KeyNotFoundError: There is none, or it was revoked.
        """
        return self._one(key_id, or_(self._is_theirs(), self._is_in_charge()))

    def some(
        self, *, user_id: UserId | None, everybodys: bool, after: KeyId | None, limit: int
    ) -> list[ApiKey]:
        """Those that were not revoked, newest first, `limit` at most: of one account, the viewer's own, or all."""
        statement = _KEYS.where(
            or_(self._is_theirs(), self._is_in_charge()), API_KEYS.c.revoked_at.is_(None)
        )
        if not everybodys:
            statement = statement.where(API_KEYS.c.user_id == (user_id or self._viewer.user_id))
        if after is not None:
            statement = statement.where(API_KEYS.c.id < after)
        return self._keys(statement.order_by(API_KEYS.c.id.desc()).limit(limit))

    def add(self, key: ApiKey, *, digest: bytes) -> None:
        self._connection.execute(
            insert(API_KEYS),
            {"id": key.scope.id, "user_id": key.user_id, "created_at": key.created_at}
            | {"revoked_at": None}
            | _changeable(key),
        )
        self.add_secret(key.scope.id, key.secrets[0], digest=digest)

    def put(self, key: ApiKey) -> None:
        """Write what can be changed about a key."""
        self._connection.execute(
            update(API_KEYS).where(API_KEYS.c.id == key.scope.id).values(_changeable(key))
        )

    def add_secret(self, key_id: KeyId, secret: KeySecret, *, digest: bytes) -> None:
        self._connection.execute(
            insert(KEY_SECRETS),
            {
                "digest": digest,
                "key_id": key_id,
                "hint": secret.hint,
                "made_at": secret.made_at,
                "ends_at": secret.ends_at,
                "last_used_at": None,
            },
        )

    def end_secrets(self, key_id: KeyId, *, at: datetime, now: datetime) -> None:
        """Let the secrets of this key open it until `at` and no longer; those whose time is over are forgotten."""
        those = KEY_SECRETS.c.key_id == key_id
        self._connection.execute(
            update(KEY_SECRETS)
            .where(those, or_(KEY_SECRETS.c.ends_at.is_(None), KEY_SECRETS.c.ends_at > at))
            .values(ends_at=at)
        )
        self._connection.execute(delete(KEY_SECRETS).where(those, KEY_SECRETS.c.ends_at <= now))

    def revoke(self, key_id: KeyId, *, now: datetime) -> None:
        """The row stays, so that what was done with the key can be traced; what opened it goes."""
        self._connection.execute(
            update(API_KEYS).where(API_KEYS.c.id == key_id).values(revoked_at=now)
        )
        self._connection.execute(delete(KEY_SECRETS).where(KEY_SECRETS.c.key_id == key_id))

    def _one(self, key_id: KeyId, condition: ColumnElement[bool]) -> ApiKey:
        found = self._keys(
            _KEYS.where(API_KEYS.c.id == key_id, API_KEYS.c.revoked_at.is_(None), condition)
        )
        if not found:
            raise KeyNotFoundError("There is no such key, or it was revoked.")
        return found[0]

    def _is_theirs(self) -> ColumnElement[bool]:
        own = API_KEYS.c.user_id == self._viewer.user_id
        if not self._viewer.may(Permission.SERVICE_MANAGE):
            return own
        return or_(own, and_(USERS.c.kind == "service", USERS.c.state != "leaving"))

    def _is_in_charge(self) -> ColumnElement[bool]:
        return true() if self._viewer.may(Permission.KEY_MANAGE_ALL) else false()

    def _keys(self, statement: Any) -> list[ApiKey]:  # noqa: ANN401 - a statement over `_KEYS`
        rows = self._connection.execute(statement).all()
        secrets = self._secrets([row.id for row in rows])
        return [
            ApiKey(
                _scope(row),
                UserId(row.user_id),
                row.owner_name,
                _kind(row.owner_kind),
                tuple(json.loads(row.addresses)),
                row.created_at,
                row.expires_at,
                row.revoked_at,
                tuple(secrets.get(row.id, ())),
            )
            for row in rows
        ]

    def _secrets(self, key_ids: Iterable[str]) -> dict[str, list[KeySecret]]:
        rows = self._connection.execute(
            select(
                KEY_SECRETS.c.key_id,
                KEY_SECRETS.c.hint,
                KEY_SECRETS.c.made_at,
                KEY_SECRETS.c.ends_at,
                KEY_SECRETS.c.last_used_at,
            )
            .where(KEY_SECRETS.c.key_id.in_(key_ids))
            .order_by(KEY_SECRETS.c.ends_at.is_not(None), KEY_SECRETS.c.made_at.desc())
        )
        secrets: dict[str, list[KeySecret]] = {}
        for row in rows:
            secret = KeySecret(row.hint, row.made_at, row.ends_at, row.last_used_at)
            secrets.setdefault(row.key_id, []).append(secret)
        return secrets


def _changeable(key: ApiKey) -> dict[str, Any]:
    scope = key.scope
    return {
        "name": scope.name,
        "doors": json.dumps(sorted(scope.doors)),
        "models": json.dumps(scope.models),
        "addresses": json.dumps(key.addresses),
        "requests_per_minute": scope.limits.requests_per_minute,
        "tokens_per_minute": scope.limits.tokens_per_minute,
        "concurrent": scope.limits.concurrent,
        "expires_at": key.expires_at,
    }


def _scope(row: Any) -> KeyScope:  # noqa: ANN401 - a row of `_KEYS`
    # A door that another version has named and this one does not know opens nothing.
    doors = set(json.loads(row.doors))
    return KeyScope(
        KeyId(row.id),
        row.name,
        frozenset(door for door in KEY_DOORS if door in doors),
        tuple(json.loads(row.models)),
        KeyLimits(row.requests_per_minute, row.tokens_per_minute, row.concurrent),
    )


def _kind(text: str) -> PersonKind:
    return "service" if text == "service" else "person"

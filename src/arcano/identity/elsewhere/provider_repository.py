"""Providers in the database, and who could not come in without them. The doors let only some people at these."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, insert, select, update

from arcano.identity.domain import UserId
from arcano.identity.elsewhere.errors import ProviderChangedError
from arcano.identity.elsewhere.kept_provider import UNREADABLE, KeptProvider
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.elsewhere.tables import LINKED_ACCOUNTS, SIGN_IN_PROVIDERS
from arcano.identity.elsewhere.told_roles import give_back_roles, take_back_roles
from arcano.identity.tables import GROUPS, MEMBERSHIPS, USERS
from arcano.platform.errors import NotFoundError
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import SealedColumn
from arcano.platform.secrets.errors import SecretUnreadableError

UNDO_FOR: Final = timedelta(hours=1)
"""How long a provider that was deleted can be had back."""

CLIENT_SECRET: Final = SealedColumn(SIGN_IN_PROVIDERS.c.client_secret_sealed)

_COLUMNS = SIGN_IN_PROVIDERS.c
_ALL = select(
    _COLUMNS.name,
    _COLUMNS.settings,
    _COLUMNS.client_secret_sealed,
    _COLUMNS.private_addresses,
    _COLUMNS.is_enabled,
    _COLUMNS.version,
    _COLUMNS.created_at,
    _COLUMNS.changed_at,
    _COLUMNS.deleted_at,
    _COLUMNS.set_up_by,
)
_UNKNOWN: Final = "unreadable"
"""Stands for a secret that cannot be read, so that the rest of the settings can be shown."""


class ProviderRepository:
    """Providers that people have set up, inside one unit of work."""

    def __init__(self, connection: Connection, box: SecretBox) -> None:
        self._connection = connection
        self._box = box

    def all(self) -> list[KeptProvider]:
        """Those that are not deleted, oldest first."""
        rows = self._connection.execute(
            _ALL.where(_COLUMNS.deleted_at.is_(None)).order_by(_COLUMNS.created_at, _COLUMNS.name)
        )
        return [self._provider(tuple(row)) for row in rows]

    def find(self, name: str) -> KeptProvider | None:
        """The one of this name, be it deleted."""
        row = self._connection.execute(_ALL.where(_COLUMNS.name == name)).one_or_none()
        return None if row is None else self._provider(tuple(row))

    def at_version(self, name: str, version: int) -> KeptProvider:
        """The provider as it was read.

        Raises:
            NotFoundError: There is none, or it was deleted.
            ProviderChangedError: It has another version by now.
        """
        found = self.find(name)
        if found is None or found.deleted_at is not None:
            raise NotFoundError("There is no such provider.")
        if found.version != version:
            raise ProviderChangedError(
                f"Somebody else has changed {name!r} meanwhile. Nothing of yours was kept: read it again, then change it."
            )
        return found

    def add(self, provider: KeptProvider) -> None:
        """Keep a new one. One of its name that was deleted is forgotten for good."""
        self.forget(provider.name)
        self._connection.execute(
            insert(SIGN_IN_PROVIDERS), {**self._values(provider), "memberships": "[]"}
        )

    def replace(self, provider: KeptProvider, *, at: datetime) -> KeptProvider:
        """Put it in the place of what it was, as the next version."""
        changed = replace(provider, version=provider.version + 1, changed_at=at)
        self._connection.execute(
            update(SIGN_IN_PROVIDERS)
            .where(_COLUMNS.name == provider.name)
            .values(self._values(changed))
        )
        return changed

    def delete(self, provider: KeptProvider, *, at: datetime) -> set[UserId]:
        """As if it were gone, and what it said about groups and roles with it; all can be had back for some time.

        Returns about whom it had said something.
        """
        said = self._connection.execute(
            select(MEMBERSHIPS.c.group_id, MEMBERSHIPS.c.user_id).where(
                MEMBERSHIPS.c.source == provider.name
            )
        ).all()
        roles = take_back_roles(self._connection, provider.name)
        self._connection.execute(
            update(SIGN_IN_PROVIDERS)
            .where(_COLUMNS.name == provider.name)
            .values(
                deleted_at=at,
                version=provider.version + 1,
                memberships=json.dumps([list(pair) for pair in said]),
                roles=json.dumps(roles),
            )
        )
        self._connection.execute(delete(MEMBERSHIPS).where(MEMBERSHIPS.c.source == provider.name))
        return {UserId(pair.user_id) for pair in said} | {user_id for _, user_id in roles}

    def restore(self, provider: KeptProvider, *, at: datetime) -> tuple[KeptProvider, set[UserId]]:
        """The deleted one again, with what it had said about groups and people that are still there, and about whom."""
        kept, roles = self._connection.execute(
            select(_COLUMNS.memberships, _COLUMNS.roles).where(_COLUMNS.name == provider.name)
        ).one()
        groups = set(self._connection.scalars(select(GROUPS.c.id)))
        people = set(self._connection.scalars(select(USERS.c.id)))
        said = [
            {"group_id": group_id, "user_id": user_id, "source": provider.name}
            for group_id, user_id in json.loads(kept)
            if group_id in groups and user_id in people
        ]
        if said:
            self._connection.execute(insert(MEMBERSHIPS), said)
        given = give_back_roles(self._connection, provider.name, json.loads(roles))
        restored = self.replace(replace(provider, deleted_at=None), at=at)
        return restored, {UserId(one["user_id"]) for one in said} | given

    def forget(self, name: str) -> None:
        """For good, with the accounts that people have of it."""
        gone = self._connection.execute(delete(SIGN_IN_PROVIDERS).where(_COLUMNS.name == name))
        if gone.rowcount:
            self._connection.execute(
                delete(LINKED_ACCOUNTS).where(LINKED_ACCOUNTS.c.provider == name)
            )

    def forget_deleted(self, *, now: datetime) -> None:
        """Those that can no longer be had back, for good."""
        late = select(_COLUMNS.name).where(_COLUMNS.deleted_at < now - UNDO_FOR)
        for name in list(self._connection.scalars(late)):
            self.forget(name)

    def accounts(self, name: str) -> int:
        """How many accounts people here have of it."""
        found = self._connection.scalars(
            select(LINKED_ACCOUNTS.c.subject).where(LINKED_ACCOUNTS.c.provider == name)
        )
        return len(found.all())

    def only_by(self, issuer: str, *, besides: Collection[str]) -> list[tuple[UserId, str]]:
        """Who comes in by an account of this issuer and in no other way, and their roles.

        `besides`: the issuers by which people may sign in without it. A password counts wherever one is set.
        """
        other = LINKED_ACCOUNTS.alias("other")
        rows = self._connection.execute(
            select(USERS.c.id, USERS.c.role)
            .join(LINKED_ACCOUNTS, LINKED_ACCOUNTS.c.user_id == USERS.c.id)
            .where(
                LINKED_ACCOUNTS.c.issuer == issuer,
                USERS.c.password_hash.is_(None),
                USERS.c.state == "active",
                ~exists().where(other.c.user_id == USERS.c.id, other.c.issuer.in_(besides)),
            )
            .distinct()
            .order_by(USERS.c.id)
        )
        return [(UserId(row.id), row.role) for row in rows]

    def _values(self, provider: KeptProvider) -> dict[str, Any]:
        secret = provider.settings.secret
        values: dict[str, Any] = {
            "name": provider.name,
            "settings": provider.settings.model_dump_json(
                exclude_defaults=True, exclude={"client_secret"}
            ),
            "private_addresses": provider.private_addresses,
            "is_enabled": provider.is_enabled,
            "version": provider.version,
            "created_at": provider.created_at,
            "changed_at": provider.changed_at,
            "deleted_at": provider.deleted_at,
            "set_up_by": provider.set_up_by,
        }
        if provider.problem is None:
            # What cannot be read stays as it is: the key to it may be put back.
            values["client_secret_sealed"] = (
                None
                if secret is None
                else self._box.seal(secret.encode(), CLIENT_SECRET, provider.name)
            )
        return values

    def _provider(self, row: tuple[Any, ...]) -> KeptProvider:
        name, told, sealed, private_addresses, is_enabled, version, *times, set_up_by = row
        said, problem = json.loads(told), None
        if sealed is not None:
            try:
                secret = self._box.open(sealed, CLIENT_SECRET, name).decode()
            except SecretUnreadableError:
                secret, problem = _UNKNOWN, UNREADABLE
            said["client_secret"] = secret
        elif said["kind"] == "github":
            # The value was lost with its key: see `secret_at_rest`.
            said["client_secret"], problem = _UNKNOWN, UNREADABLE
        created_at, changed_at, deleted_at = times
        return KeptProvider(
            name,
            SignInProviderSettings.model_validate(said),
            private_addresses,
            is_enabled,
            version,
            created_at,
            changed_at,
            deleted_at,
            problem,
            None if set_up_by is None else UserId(set_up_by),
        )


def is_open(connection: Connection, name: str) -> bool:
    """Whether people may come in by the provider that somebody has set up under this name."""
    found = select(_COLUMNS.name).where(
        _COLUMNS.name == name, _COLUMNS.is_enabled, _COLUMNS.deleted_at.is_(None)
    )
    return connection.scalar(found) is not None

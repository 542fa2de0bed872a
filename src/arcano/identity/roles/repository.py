"""Reading and writing roles. A built-in one has a row only where somebody changed it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from arcano.identity.changes import tell_others
from arcano.identity.domain import UserId
from arcano.identity.errors import NameTakenError, RoleNotFoundError
from arcano.identity.permissions import (
    BUILT_IN_ROLES,
    MEMBER,
    OWNER,
    ROLE_NAMES,
    Permission,
    known_permissions,
)
from arcano.identity.tables import ROLES, USERS


@dataclass(frozen=True, slots=True)
class Role:
    """A role with what it allows. `id` is what a person's `role` says."""

    id: str
    name: str
    permissions: frozenset[Permission]
    people: int = 0
    """How many have it."""

    @property
    def is_built_in(self) -> bool:
        return self.id in BUILT_IN_ROLES

    @property
    def is_changed(self) -> bool:
        """A built-in role that allows something else than by default."""
        return self.is_built_in and self.permissions != BUILT_IN_ROLES[self.id]


class RoleRepository:
    """Roles, inside one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Role]:
        """The built-in ones first, from the one who may do most; then the others by name."""
        counts = dict(
            self._connection.execute(
                select(USERS.c.role, func.count())
                .where(USERS.c.state != "leaving")
                .group_by(USERS.c.role)
            ).all()
        )
        rows = {
            row.id: row
            for row in self._connection.execute(select(*ROLES.c).order_by(func.lower(ROLES.c.name)))
        }
        built_in = [
            Role(
                role,
                ROLE_NAMES[role],
                known_permissions(json.loads(rows[role].permissions))
                if role in rows and role != OWNER
                else permissions,
                counts.get(role, 0),
            )
            for role, permissions in BUILT_IN_ROLES.items()
        ]
        made = [
            Role(
                row.id,
                row.name,
                known_permissions(json.loads(row.permissions)),
                counts.get(row.id, 0),
            )
            for row in rows.values()
            if row.id not in BUILT_IN_ROLES
        ]
        return [*built_in, *made]

    def one(self, role_id: str) -> Role:
        """The role.

        Raises:
            RoleNotFoundError: There is none.
        """
        for role in self.all():
            if role.id == role_id:
                return role
        raise RoleNotFoundError("There is no such role. It may have been deleted just now.")

    def put(self, role: Role) -> None:
        """Write it, whether it had a row or not.

        Raises:
            NameTakenError: Another has the name.
        """
        taken = {name.lower() for key, name in ROLE_NAMES.items() if key != role.id}
        values = {"name": role.name, "permissions": json.dumps(sorted(role.permissions))}
        try:
            if role.name.lower() in taken:
                raise NameTakenError(f"There is a role called {role.name} already.")
            changed = self._connection.execute(
                update(ROLES).where(ROLES.c.id == role.id).values(values)
            )
            if not changed.rowcount:
                self._connection.execute(insert(ROLES), {"id": role.id, **values})
        except IntegrityError as clash:
            raise NameTakenError(f"There is a role called {role.name} already.") from clash

    def remove(self, role_id: str) -> None:
        """A built-in role is as by default; the people of another become members."""
        self._connection.execute(delete(ROLES).where(ROLES.c.id == role_id))
        if role_id not in BUILT_IN_ROLES:
            self._connection.execute(
                update(USERS).where(USERS.c.role == role_id).values(role=MEMBER)
            )

    def tell_those_of(self, role_id: str, *, now: datetime) -> None:
        """What whoever has this role is allowed changes."""
        people = self._connection.scalars(select(USERS.c.id).where(USERS.c.role == role_id))
        for user in list(people):
            tell_others(self._connection, "changed", UserId(user), now=now)

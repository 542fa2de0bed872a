"""Making and changing roles, putting a built-in one back, and deleting one that was made.

Nobody lets a role do what they may not do themselves. Call `Sessions.hear` after each of these.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from arcano.identity.domain import Viewer
from arcano.identity.errors import OwnerStaysError
from arcano.identity.permissions import BUILT_IN_ROLES, MEMBER, OWNER, Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.roles.repository import Role, RoleRepository
from arcano.identity.rules import expect_may_give, expect_meant
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import InvalidInputError
from arcano.platform.ids import new_id

T = TypeVar("T")

_ACTIONS = {"make": "role.added", "change": "role.changed", "remove": "role.removed"}


@dataclass(frozen=True, slots=True)
class RoleEditor:
    """One viewer's deeds on roles. `confirmed`: they mean it, even if it takes something from themselves."""

    viewer: Viewer
    database: Database
    clock: Clock
    confirmed: bool = False

    async def make(self, name: str, permissions: frozenset[Permission]) -> Role:
        """A new role, which nobody has yet.

        Raises:
            NotAllowedError: It would allow what the viewer may not.
            NameTakenError: Another has the name.
        """
        role = Role(new_id(), name, permissions)

        def unit(roles: RoleRepository, known: Viewer) -> Role:
            expect_may_give(known, permissions)
            roles.put(role)
            return role

        return await self._write("make", role.id, unit)

    async def change(
        self, role_id: str, *, name: str | None, permissions: frozenset[Permission] | None
    ) -> Role:
        """The role as it is now; None stays as it is. A built-in role keeps its name.

        Raises:
            RoleNotFoundError: No such role.
            OwnerStaysError: It is the owner's: somebody must be able to mend the rest.
            NotAllowedError: It would allow what the viewer may not.
            NameTakenError: Another has the name.
            LosesOwnRightsError: The viewer has the role, loses something, and has not confirmed.
        """

        def unit(roles: RoleRepository, known: Viewer) -> Role:
            before = roles.one(role_id)
            _expect_may_change(before)
            if name not in (None, before.name) and before.is_built_in:
                raise InvalidInputError("name: A built-in role keeps its name.")
            after = replace(
                before,
                name=name or before.name,
                permissions=before.permissions if permissions is None else permissions,
            )
            expect_may_give(known, after.permissions - before.permissions)
            if after.is_built_in and not after.is_changed:
                roles.remove(role_id)
            else:
                roles.put(after)
            roles.tell_those_of(role_id, now=self.clock.now())
            return roles.one(role_id)

        return await self._write("change", role_id, unit)

    async def remove(self, role_id: str) -> None:
        """A built-in role is as by default again; the people of another become members.

        Raises:
            RoleNotFoundError: No such role.
            OwnerStaysError: It is the owner's.
            NotAllowedError: What it is put back to, or what members may do, is more than the viewer may give.
            LosesOwnRightsError: The viewer has the role, loses something, and has not confirmed.
        """

        def unit(roles: RoleRepository, known: Viewer) -> None:
            role = roles.one(role_id)
            _expect_may_change(role)
            after = BUILT_IN_ROLES[role_id] if role.is_built_in else roles.one(MEMBER).permissions
            if role.people or role.is_built_in:
                expect_may_give(known, after - role.permissions)
            roles.tell_those_of(role_id, now=self.clock.now())
            roles.remove(role_id)

        await self._write("remove", role_id, unit)

    async def _write(self, what: str, which: str, deed: Callable[[RoleRepository, Viewer], T]) -> T:
        act = Act(_ACTIONS[what], self.viewer.actor, Subject("role", which))
        now = self.clock.now()

        def unit(connection: Connection) -> T:
            identity = IdentityRepository(connection)
            known = identity.as_of_now(self.viewer)
            known.expect(Permission.ROLE_MANAGE)
            done = deed(RoleRepository(connection), known)
            after = identity.as_of_now(known)
            expect_meant(known, after.permissions, confirmed=self.confirmed)
            record(connection, act, now=now)
            return done

        return await self.database.write(unit)


def _expect_may_change(role: Role) -> None:
    if role.id == OWNER:
        raise OwnerStaysError(
            "The owner may do everything: somebody must be able to mend the rest."
        )

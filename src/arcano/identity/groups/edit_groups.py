"""Making, changing and deleting groups, and saying who is in them.

What a group allows is said by whoever may say what roles are allowed; everything else by whoever manages groups. Call
`Sessions.hear` after each of these.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from arcano.identity.domain import GroupId, UserId, Viewer
from arcano.identity.groups.repository import Group, GroupRepository
from arcano.identity.permissions import ADMINISTERING, Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_give, expect_meant
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.ids import new_id

T = TypeVar("T")

_ACTIONS = {
    "make": "group.added",
    "change": "group.changed",
    "delete": "group.removed",
    "put_in": "group.people-added",
    "take_out": "group.person-removed",
}


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What is to be otherwise about a group; None stays as it is."""

    name: str | None = None
    description: str | None = None
    permissions: frozenset[Permission] | None = None
    models: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class GroupEditor:
    """One viewer's deeds on groups. `confirmed`: they mean it, even if it takes something from themselves."""

    viewer: Viewer
    database: Database
    clock: Clock
    confirmed: bool = False

    async def make(self, change: GroupChange) -> Group:
        """A new group, with nobody in it.

        Raises:
            NotAllowedError: It would allow what the viewer may not give.
            NameTakenError: Another has the name.
        """
        group = Group(
            GroupId(new_id()),
            change.name or "",
            change.description or "",
            change.permissions or frozenset(),
            self.clock.now(),
            models=change.models or (),
        )

        def unit(groups: GroupRepository, known: Viewer) -> Group:
            self._expect_may_allow(known, group.permissions)
            groups.add(group)
            return group

        return await self._write("make", group.id, unit)

    async def change(self, group_id: GroupId, change: GroupChange) -> Group:
        """The group as it is now.

        Raises:
            GroupNotFoundError: No such group.
            NotAllowedError: It would allow what the viewer may not give.
            NameTakenError: Another has the name.
            LosesOwnRightsError: The viewer is in it, loses something, and has not confirmed.
        """

        def unit(groups: GroupRepository, known: Viewer) -> Group:
            before = groups.one(group_id)
            permissions = before.permissions if change.permissions is None else change.permissions
            self._expect_may_allow(known, before.permissions ^ permissions, new=permissions)
            models = before.models if change.models is None else change.models
            groups.change(
                replace(
                    before,
                    name=change.name or before.name,
                    description=before.description
                    if change.description is None
                    else change.description,
                    permissions=permissions,
                    models=models,
                )
            )
            if (permissions, models) != (before.permissions, before.models):
                groups.tell_members(group_id, now=self.clock.now())
            return groups.one(group_id)

        return await self._write("change", group_id, unit)

    async def delete(self, group_id: GroupId) -> None:
        """Its people stay, without what it gave them.

        Raises:
            GroupNotFoundError: No such group.
            NotAllowedError: It makes people administrators, and the viewer may not say who is one.
            LosesOwnRightsError: The viewer is in it, loses something, and has not confirmed.
        """

        def unit(groups: GroupRepository, known: Viewer) -> None:
            _expect_may_unmake(known, groups.one(group_id).permissions)
            groups.tell_members(group_id, now=self.clock.now())
            groups.remove(group_id)

        await self._write("delete", group_id, unit)

    async def put_in(self, group_id: GroupId, people: Collection[UserId]) -> Group:
        """The group, with these people in it.

        Raises:
            GroupNotFoundError: No such group.
            PersonNotFoundError: No such person.
            NotAllowedError: Being in it allows what the viewer may not give.
        """

        def unit(groups: GroupRepository, known: Viewer) -> Group:
            expect_may_give(known, groups.one(group_id).permissions)
            groups.put_in(group_id, people)
            groups.tell_members(group_id, now=self.clock.now())
            return groups.one(group_id)

        return await self._write("put_in", group_id, unit)

    async def take_out(self, group_id: GroupId, user_id: UserId) -> Group:
        """The group, without this person.

        Raises:
            GroupNotFoundError: No such group.
            NotAllowedError: It makes people administrators, and the viewer may not say who is one.
            LosesOwnRightsError: The viewer takes themselves out, loses something, and has not confirmed.
        """

        def unit(groups: GroupRepository, known: Viewer) -> Group:
            _expect_may_unmake(known, groups.one(group_id).permissions)
            groups.tell_members(group_id, now=self.clock.now())
            groups.take_out(group_id, user_id)
            return groups.one(group_id)

        return await self._write("take_out", group_id, unit)

    async def _write(
        self, what: str, which: str, deed: Callable[[GroupRepository, Viewer], T]
    ) -> T:
        act = Act(_ACTIONS[what], self.viewer.actor, Subject("group", which))
        now = self.clock.now()

        def unit(connection: Connection) -> T:
            identity = IdentityRepository(connection)
            known = identity.as_of_now(self.viewer)
            known.expect(Permission.GROUP_MANAGE)
            done = deed(GroupRepository(connection), known)
            after = identity.as_of_now(known)
            expect_meant(known, after.permissions, confirmed=self.confirmed)
            record(connection, act, now=now)
            return done

        return await self.database.write(unit)

    def _expect_may_allow(
        self,
        known: Viewer,
        changed: Collection[Permission],
        *,
        new: Collection[Permission] | None = None,
    ) -> None:
        """Whoever changes what a group allows may say what roles are allowed, and adds nothing they do not have."""
        if changed:
            known.expect(Permission.ROLE_MANAGE)
            expect_may_give(known, set(changed) & set(changed if new is None else new))


def _expect_may_unmake(known: Viewer, permissions: Collection[Permission]) -> None:
    if ADMINISTERING & set(permissions):
        known.expect(Permission.ROLE_MANAGE)

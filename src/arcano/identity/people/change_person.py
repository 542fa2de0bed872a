"""Changing somebody: their name, role, groups, and whether they may come in. Approving is one of these changes."""

from datetime import datetime

from sqlalchemy import Connection

from arcano.identity.changes import tell_others
from arcano.identity.domain import GroupId, Person, UserId, Viewer
from arcano.identity.errors import LosesOwnRightsError
from arcano.identity.people.domain import Member, PersonChange
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.permissions import Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_decide, expect_may_give, expect_meant
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database


async def change_person(
    user_id: UserId,
    change: PersonChange,
    *,
    viewer: Viewer,
    confirmed: bool,
    database: Database,
    clock: Clock,
) -> Member:
    """The person as they are now. All of the change is made, or nothing of it.

    Whoever is disabled is out everywhere once `Sessions.hear` was called, and what runs in their name stops.

    Raises:
        PersonNotFoundError: No such person.
        OwnerStaysError: It is the owner.
        NotAllowedError: It is not the viewer's to decide, or gives what they do not have.
        RoleNotFoundError: No such role.
        GroupNotFoundError: No such group.
        LosesOwnRightsError: The viewer would take something from themselves, and `confirmed` is not set.
    """
    now = clock.now()
    act = Act("person.changed", viewer.actor, Subject("person", user_id), details=_told(change))

    def unit(connection: Connection) -> Member:
        changed = _Deciding(connection, viewer, user_id, now).make(change, confirmed=confirmed)
        record(connection, act, now=now)
        return changed

    return await database.write(unit)


def _told(change: PersonChange) -> dict[str, str | int | bool]:
    """What the audit trail is told: roles and states, and that a name or the groups are others."""
    told: dict[str, str | int | bool] = {}
    if change.role is not None:
        told["role"] = change.role
    if change.state is not None:
        told["state"] = change.state
    if change.groups is not None:
        told["groups"] = len(change.groups)
    if change.name is not None:
        told["name"] = True
    return told


def expect_looks_after(viewer: Viewer, person: Person) -> None:
    """Go on only if people of this kind are the viewer's to look after.

    Raises:
        NotAllowedError: They are not.
    """
    viewer.expect(
        Permission.SERVICE_MANAGE if person.kind == "service" else Permission.PERSON_MANAGE
    )


class _Deciding:
    """One change about one person, inside the unit that makes it."""

    def __init__(
        self, connection: Connection, viewer: Viewer, user_id: UserId, now: datetime
    ) -> None:
        self._connection = connection
        self._now = now
        self._viewer = IdentityRepository(connection).as_of_now(viewer)
        self._people = PeopleRepository(connection, self._viewer)
        self._person = self._people.one(user_id).person
        self._theirs = self._people.permissions_of(self._person)

    def make(self, change: PersonChange, *, confirmed: bool) -> Member:
        person = self._person
        expect_looks_after(self._viewer, person)
        expect_may_decide(self._viewer, person, self._theirs)
        if change.name is not None:
            self._people.set(person.id, name=change.name)
        if change.role is not None and change.role != person.role:
            expect_may_give(self._viewer, self._people.permissions_of_role(change.role))
            self._people.set(person.id, role=change.role)
        if change.groups is not None:
            self._move(change.groups)
        if change.state is not None and change.state != person.state:
            self._let_in_or_bar(change.state, confirmed=confirmed)
        if person.id == self._viewer.user_id:
            after = self._people.permissions_of(self._people.one(person.id).person)
            expect_meant(self._viewer, after, confirmed=confirmed)
        tell_others(self._connection, "changed", person.id, now=self._now)
        return self._people.one(person.id)

    def _move(self, groups: frozenset[GroupId]) -> None:
        before = self._people.groups_of(self._person.id)
        if groups == before:
            return
        self._viewer.expect(Permission.GROUP_MANAGE)
        expect_may_give(self._viewer, self._people.permissions_of_groups(groups - before))
        self._people.set_groups(self._person.id, groups)

    def _let_in_or_bar(self, state: str, *, confirmed: bool) -> None:
        person = self._person
        if state == "active":
            if person.state == "waiting":
                expect_may_give(self._viewer, self._theirs)
            self._people.set(person.id, state="active")
            return
        if person.id == self._viewer.user_id and not confirmed:
            raise LosesOwnRightsError(
                "You would disable yourself, and somebody else would have to let you in again."
            )
        self._people.bar(person.id, "disabled", now=self._now)
        links = LinkRepository(self._connection)
        links.revoke_those_of(person.id)
        links.forget_resets(person.id)

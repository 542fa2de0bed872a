"""Reading and writing who is in the workspace, for one viewer; the rules are the deeds'."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from arcano.identity.changes import tell_others
from arcano.identity.domain import GroupId, Person, PersonState, UserId, Viewer
from arcano.identity.errors import GroupNotFoundError, PersonNotFoundError, RoleNotFoundError
from arcano.identity.people.domain import Member, MemberFilter
from arcano.identity.permissions import BUILT_IN_ROLES, OWNER, Permission
from arcano.identity.repository import PERSON, IdentityRepository, person_of
from arcano.identity.tables import GROUPS, MEMBERSHIPS, ROLES, SESSIONS, USERS
from arcano.platform.errors import InvalidInputError

MANUAL = "manual"
"""The source of memberships that somebody here has decided."""


class PeopleRepository:
    """The people of the workspace, inside one unit of work, as `viewer` may see them.

    Whoever does not look after people sees those who are active.
    """

    def __init__(self, connection: Connection, viewer: Viewer) -> None:
        self._connection = connection
        self._identity = IdentityRepository(connection)
        self._sees_all = viewer.may(Permission.PERSON_MANAGE)

    def one(self, user_id: UserId) -> Member:
        """The person.

        Raises:
            PersonNotFoundError: There is none, or none that the viewer may see.
        """
        found = self._members(self._visible().where(USERS.c.id == user_id))
        if not found:
            raise PersonNotFoundError("There is no such person here.")
        return found[0]

    def some(self, wanted: MemberFilter, *, after: UserId | None, limit: int) -> list[Member]:
        """By name, `limit` at most, those who come after `after`.

        Raises:
            InvalidInputError: There is nobody `after` whom they could come.
        """
        by_name = func.lower(USERS.c.name)
        statement = self._visible().order_by(by_name, USERS.c.id).limit(limit)
        for condition in _conditions(wanted):
            statement = statement.where(condition)
        if after is not None:
            name = self._connection.scalar(select(by_name).where(USERS.c.id == after))
            if name is None:
                raise InvalidInputError("`cursor` is nobody who is still here. Begin again.")
            statement = statement.where(
                or_(by_name > name, and_(by_name == name, USERS.c.id > after))
            )
        return self._members(statement)

    def count(self, state: PersonState) -> int:
        """How many people are in this state."""
        counted = select(func.count()).select_from(USERS).where(USERS.c.state == state)
        return self._connection.scalar(counted) or 0

    def permissions_of(self, person: Person) -> frozenset[Permission]:
        """What somebody may do, in whatever state they are."""
        return self._identity.permissions_with_groups(person.id, person.role)

    def permissions_of_role(self, role: str) -> frozenset[Permission]:
        """What a role that can be given allows.

        Raises:
            RoleNotFoundError: There is none, or it is the owner's, which is handed over instead.
        """
        made = self._connection.scalar(select(ROLES.c.id).where(ROLES.c.id == role))
        if role == OWNER or (made is None and role not in BUILT_IN_ROLES):
            raise RoleNotFoundError("There is no such role that could be given.")
        return self._identity.permissions_of(role)

    def permissions_of_groups(self, groups: Iterable[GroupId]) -> frozenset[Permission]:
        """What being in these groups allows.

        Raises:
            GroupNotFoundError: One of them does not exist.
        """
        wanted = set(groups)
        found = self._identity.permissions_by_group(wanted)
        if found.keys() != wanted:
            raise GroupNotFoundError("There is no such group.")
        return frozenset[Permission]().union(*found.values())

    def groups_of(self, user_id: UserId) -> frozenset[GroupId]:
        """The groups that somebody here has put a person into; not those that an identity provider names."""
        found = self._connection.scalars(
            select(MEMBERSHIPS.c.group_id).where(
                MEMBERSHIPS.c.user_id == user_id, MEMBERSHIPS.c.source == MANUAL
            )
        )
        return frozenset(GroupId(group) for group in found)

    def set_groups(self, user_id: UserId, groups: Iterable[GroupId]) -> None:
        """Put a person into exactly these; what an identity provider says stays as it is."""
        self._connection.execute(
            delete(MEMBERSHIPS).where(
                MEMBERSHIPS.c.user_id == user_id, MEMBERSHIPS.c.source == MANUAL
            )
        )
        rows = [
            {"user_id": user_id, "group_id": group, "source": MANUAL} for group in sorted(groups)
        ]
        if rows:
            self._connection.execute(insert(MEMBERSHIPS), rows)

    def set(self, user_id: UserId, **fields: str) -> None:
        """Write what changed about a person: `name`, `role`, `state`."""
        self._connection.execute(update(USERS).where(USERS.c.id == user_id).values(**fields))

    def bar(self, user_id: UserId, state: PersonState, *, now: datetime) -> None:
        """Nothing given out to this person is worth anything any more, and they do not come in again."""
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.user_id == user_id))
        self._connection.execute(
            update(USERS).where(USERS.c.id == user_id).values(state=state, epoch=USERS.c.epoch + 1)
        )
        kind = "leaving" if state == "leaving" else "barred"
        tell_others(self._connection, kind, user_id, now=now)

    def _visible(self) -> Any:  # noqa: ANN401 - a statement over what `person_of` takes
        hidden = ("leaving",) if self._sees_all else ("leaving", "waiting", "disabled")
        return PERSON.where(USERS.c.state.not_in(hidden))

    def _members(self, statement: Any) -> list[Member]:  # noqa: ANN401 - see `_visible`
        people = [person_of(*row) for row in self._connection.execute(statement)]
        ids = [person.id for person in people]
        groups = self._groups_by_person(ids)
        seen = self._last_seen(ids)
        names = {
            role: self._identity.role_name(role) for role in {person.role for person in people}
        }
        return [
            Member(person, names[person.role], groups.get(person.id, ()), seen.get(person.id))
            for person in people
        ]

    def _groups_by_person(self, ids: list[UserId]) -> dict[UserId, tuple[GroupId, ...]]:
        found = self._connection.execute(
            select(MEMBERSHIPS.c.user_id, MEMBERSHIPS.c.group_id)
            .join(GROUPS, GROUPS.c.id == MEMBERSHIPS.c.group_id)
            .where(MEMBERSHIPS.c.user_id.in_(ids))
            .distinct()
            .order_by(func.lower(GROUPS.c.name))
        )
        groups: dict[UserId, tuple[GroupId, ...]] = {}
        for user_id, group_id in found:
            user = UserId(user_id)
            groups[user] = (*groups.get(user, ()), GroupId(group_id))
        return groups

    def _last_seen(self, ids: list[UserId]) -> dict[UserId, datetime]:
        found = self._connection.execute(
            select(SESSIONS.c.user_id, func.max(SESSIONS.c.seen_at, type_=SESSIONS.c.seen_at.type))
            .where(SESSIONS.c.user_id.in_(ids))
            .group_by(SESSIONS.c.user_id)
        )
        return {UserId(user_id): seen_at for user_id, seen_at in found}


def _conditions(wanted: MemberFilter) -> Iterable[Any]:
    if wanted.words:
        yield or_(
            USERS.c.name.icontains(wanted.words, autoescape=True),
            USERS.c.email.icontains(wanted.words, autoescape=True),
        )
    for column, value in (
        (USERS.c.state, wanted.state),
        (USERS.c.role, wanted.role),
        (USERS.c.kind, wanted.kind),
    ):
        if value is not None:
            yield column == value
    if wanted.group is not None:
        yield USERS.c.id.in_(
            select(MEMBERSHIPS.c.user_id).where(MEMBERSHIPS.c.group_id == wanted.group)
        )

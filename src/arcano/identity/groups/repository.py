"""Reading and writing groups and who is in them; the rules are the deeds'."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, distinct, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from arcano.identity.changes import tell_others
from arcano.identity.domain import GroupId, UserId
from arcano.identity.errors import GroupNotFoundError, NameTakenError, PersonNotFoundError
from arcano.identity.people.repository import MANUAL
from arcano.identity.permissions import Permission, known_permissions
from arcano.identity.tables import GROUPS, MEMBERSHIPS, USERS


@dataclass(frozen=True, slots=True)
class Group:
    """People together."""

    id: GroupId
    name: str
    description: str
    permissions: frozenset[Permission]
    created_at: datetime
    people: int = 0
    """How many are in it."""
    models: tuple[str, ...] = ()
    """The models that it is for, with `*` for anything; empty: it says nothing of models."""


class GroupRepository:
    """Groups, inside one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Group]:
        """By name."""
        counts = (
            select(MEMBERSHIPS.c.group_id, func.count(distinct(MEMBERSHIPS.c.user_id)).label("n"))
            .group_by(MEMBERSHIPS.c.group_id)
            .subquery()
        )
        rows = self._connection.execute(
            select(*GROUPS.c, func.coalesce(counts.c.n, 0).label("people"))
            .outerjoin(counts, counts.c.group_id == GROUPS.c.id)
            .order_by(func.lower(GROUPS.c.name))
        )
        return [
            Group(
                GroupId(row.id),
                row.name,
                row.description,
                known_permissions(json.loads(row.permissions)),
                row.created_at,
                row.people,
                tuple(json.loads(row.models)),
            )
            for row in rows
        ]

    def one(self, group_id: GroupId) -> Group:
        """The group.

        Raises:
            GroupNotFoundError: There is none.
        """
        for group in self.all():
            if group.id == group_id:
                return group
        raise GroupNotFoundError("There is no such group. It may have been deleted just now.")

    def add(self, group: Group) -> None:
        """Make it.

        Raises:
            NameTakenError: Another has the name.
        """
        values = {"id": group.id, "created_at": group.created_at, **_values(group)}
        try:
            self._connection.execute(insert(GROUPS), values)
        except IntegrityError as taken:
            raise NameTakenError(f"There is a group called {group.name} already.") from taken

    def change(self, group: Group) -> None:
        """Write name, description, permissions and models.

        Raises:
            NameTakenError: Another has the name.
        """
        try:
            self._connection.execute(
                update(GROUPS).where(GROUPS.c.id == group.id).values(_values(group))
            )
        except IntegrityError as taken:
            raise NameTakenError(f"There is a group called {group.name} already.") from taken

    def remove(self, group_id: GroupId) -> None:
        """Its people stay, without what it gave them."""
        self._connection.execute(delete(GROUPS).where(GROUPS.c.id == group_id))

    def put_in(self, group_id: GroupId, people: Collection[UserId]) -> None:
        """They are in it, if they were not already.

        Raises:
            PersonNotFoundError: One of them does not exist.
        """
        known = set(self._connection.scalars(select(USERS.c.id).where(USERS.c.id.in_(people))))
        if known != set(people):
            raise PersonNotFoundError("There is no such person here.")
        inside = set(
            self._connection.scalars(
                select(MEMBERSHIPS.c.user_id).where(
                    MEMBERSHIPS.c.group_id == group_id, MEMBERSHIPS.c.source == MANUAL
                )
            )
        )
        rows = [
            {"group_id": group_id, "user_id": user, "source": MANUAL}
            for user in sorted(known - inside)
        ]
        if rows:
            self._connection.execute(insert(MEMBERSHIPS), rows)

    def take_out(self, group_id: GroupId, user_id: UserId) -> None:
        """They are not in it by anybody's decision here; an identity provider may still say so."""
        self._connection.execute(
            delete(MEMBERSHIPS).where(
                MEMBERSHIPS.c.group_id == group_id,
                MEMBERSHIPS.c.user_id == user_id,
                MEMBERSHIPS.c.source == MANUAL,
            )
        )

    def tell_members(self, group_id: GroupId, *, now: datetime) -> None:
        """What its people are allowed changes."""
        people = self._connection.scalars(
            select(MEMBERSHIPS.c.user_id).where(MEMBERSHIPS.c.group_id == group_id).distinct()
        )
        for user in list(people):
            tell_others(self._connection, "changed", UserId(user), now=now)


def _values(group: Group) -> dict[str, str]:
    return {
        "name": group.name,
        "description": group.description,
        "permissions": json.dumps(sorted(group.permissions)),
        "models": json.dumps(group.models),
    }


def group_ids_of(connection: Connection, user_id: UserId) -> list[GroupId]:
    """The groups that somebody is in, for those who note it down; each once, in order."""
    mine = select(MEMBERSHIPS.c.group_id).where(MEMBERSHIPS.c.user_id == user_id).distinct()
    return [
        GroupId(group_id) for group_id in connection.scalars(mine.order_by(MEMBERSHIPS.c.group_id))
    ]

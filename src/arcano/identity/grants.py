"""One thing shared with others: who gave whom how much of it.

A grant names a kind of thing and its id, and a person, a group or everybody. What somebody has of a thing is the most
that any of their grants says. Owners need none. Without a grant there is nothing: not even that the thing exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, true

from arcano.identity.changes import ChangeKind, tell_others
from arcano.identity.domain import UserId, Viewer
from arcano.identity.permissions import Level
from arcano.identity.tables import GRANTS, GROUPS, MEMBERSHIPS, USERS

GranteeKind = Literal["person", "group", "everyone"]
EVERYONE: Final = ""
"""The id of everybody, who needs none."""

_MORE: Final[Sequence[Level]] = ("viewer", "editor", "owner")


@dataclass(frozen=True, slots=True)
class Grant:
    """`name` is what people call the grantee; it is None once there is no such person or group."""

    grantee_kind: GranteeKind
    grantee_id: str
    level: Level
    name: str | None = None


def enough(level: Level, *, at_least: Level) -> bool:
    return _MORE.index(level) >= _MORE.index(at_least)


class GrantRepository:
    """The grants of one kind of thing, inside one unit of work. Whether they may be changed, the caller has asked."""

    def __init__(self, connection: Connection, kind: str) -> None:
        self._connection = connection
        self._kind = kind

    def level_of(self, viewer: Viewer, thing_id: str) -> Level | None:
        """The most that is granted to the viewer of a thing. None: nothing."""
        return self._levels(viewer, GRANTS.c.thing_id == thing_id).get(thing_id)

    def all_for(self, viewer: Viewer) -> dict[str, Level]:
        """The ids of all things that are shared with the viewer, and the most that they have of each."""
        return self._levels(viewer, true())

    def _levels(self, viewer: Viewer, condition: ColumnElement[bool]) -> dict[str, Level]:
        rows = self._connection.execute(
            select(GRANTS.c.thing_id, GRANTS.c.level).where(
                GRANTS.c.kind == self._kind, condition, _is_for(viewer)
            )
        ).all()
        return {
            thing_id: level
            for level in _MORE  # a greater one, found later, goes before a lesser one
            for thing_id, granted in rows
            if granted == level
        }

    def all_of(self, thing_id: str) -> list[Grant]:
        """Everybody whom it is shared with, in a steady order."""
        rows = self._connection.execute(
            select(
                GRANTS.c.grantee_kind,
                GRANTS.c.grantee_id,
                GRANTS.c.level,
                USERS.c.name.label("person"),
                GROUPS.c.name.label("group"),
            )
            .outerjoin(
                USERS, and_(GRANTS.c.grantee_kind == "person", USERS.c.id == GRANTS.c.grantee_id)
            )
            .outerjoin(
                GROUPS, and_(GRANTS.c.grantee_kind == "group", GROUPS.c.id == GRANTS.c.grantee_id)
            )
            .where(GRANTS.c.kind == self._kind, GRANTS.c.thing_id == thing_id)
            .order_by(GRANTS.c.grantee_kind, GRANTS.c.grantee_id)
        )
        return [
            Grant(row.grantee_kind, row.grantee_id, row.level, row.person or row.group)
            for row in rows
        ]

    def granted_of(self, thing_ids: Sequence[str]) -> frozenset[str]:
        """Those of these things that anything is granted of, to anybody."""
        if not thing_ids:
            return frozenset()
        found = self._connection.scalars(
            select(GRANTS.c.thing_id)
            .where(GRANTS.c.kind == self._kind, GRANTS.c.thing_id.in_(thing_ids))
            .distinct()
        )
        return frozenset(found)

    def exists(self, grant: Grant) -> bool:
        """Whether there is such a person or group to grant anything to."""
        if grant.grantee_kind == "everyone":
            return grant.grantee_id == EVERYONE
        table = USERS if grant.grantee_kind == "person" else GROUPS
        return bool(
            self._connection.scalar(select(table.c.id).where(table.c.id == grant.grantee_id))
        )

    def put(self, thing_id: str, grant: Grant, *, by: UserId, now: datetime) -> None:
        """Grant this, instead of whatever the same grantee had. It is known everywhere within a second.

        What they hold open of it ends if they had more, and nothing else does: anybody may share with everybody.
        """
        before = self._level(thing_id, grant)
        if before == grant.level:
            return
        self._drop(thing_id, grant)
        self._connection.execute(
            insert(GRANTS),
            {
                "kind": self._kind,
                "thing_id": thing_id,
                "grantee_kind": grant.grantee_kind,
                "grantee_id": grant.grantee_id,
                "level": grant.level,
                "granted_by": by,
                "granted_at": now,
            },
        )
        is_less = before is not None and enough(before, at_least=grant.level)
        self._tell("taken" if is_less else "granted", thing_id, grant, now)

    def remove(self, thing_id: str, grant: Grant, *, now: datetime) -> bool:
        """Take it back; whether there was anything to take. What it held open of this thing ends."""
        dropped = self._drop(thing_id, grant)
        if dropped:
            self._tell("taken", thing_id, grant, now)
        return dropped

    def remove_all_of(self, thing_ids: Sequence[str]) -> None:
        """The things are gone for good, and what was granted of them."""
        self._connection.execute(
            delete(GRANTS).where(GRANTS.c.kind == self._kind, GRANTS.c.thing_id.in_(thing_ids))
        )

    def _level(self, thing_id: str, grant: Grant) -> Level | None:
        level = self._connection.scalar(select(GRANTS.c.level).where(self._is(thing_id, grant)))
        return next((known for known in _MORE if known == level), None)

    def _drop(self, thing_id: str, grant: Grant) -> bool:
        dropped = self._connection.execute(delete(GRANTS).where(self._is(thing_id, grant)))
        return dropped.rowcount > 0

    def _is(self, thing_id: str, grant: Grant) -> ColumnElement[bool]:
        """What the same grantee has of the same thing, at whatever level."""
        return and_(
            GRANTS.c.kind == self._kind,
            GRANTS.c.thing_id == thing_id,
            GRANTS.c.grantee_kind == grant.grantee_kind,
            GRANTS.c.grantee_id == grant.grantee_id,
        )

    def _tell(self, kind: ChangeKind, thing_id: str, grant: Grant, now: datetime) -> None:
        concerned: list[str | None] = [grant.grantee_id]
        if grant.grantee_kind == "everyone":
            concerned = [None]
        elif grant.grantee_kind == "group":
            concerned = list(
                self._connection.scalars(
                    select(MEMBERSHIPS.c.user_id)
                    .where(MEMBERSHIPS.c.group_id == grant.grantee_id)
                    .distinct()
                )
            )
        for user_id in concerned:
            whom = None if user_id is None else UserId(user_id)
            tell_others(self._connection, kind, whom, thing_id=thing_id, now=now)


def _is_for(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a row of `GRANTS` is the viewer's."""
    return or_(
        and_(GRANTS.c.grantee_kind == "person", GRANTS.c.grantee_id == viewer.user_id),
        and_(GRANTS.c.grantee_kind == "group", GRANTS.c.grantee_id.in_(viewer.groups)),
        GRANTS.c.grantee_kind == "everyone",
    )

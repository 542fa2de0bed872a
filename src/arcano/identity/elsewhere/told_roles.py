"""Which role a provider gave somebody, so that it goes with the provider's word.

A person has one role, and whoever says something last decides. So a role is taken back from those alone who still have
it: the owner keeps theirs, and whoever was given another here since.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from arcano.identity.domain import UserId
from arcano.identity.elsewhere.tables import TOLD_ROLES
from arcano.identity.permissions import BUILT_IN_ROLES, MEMBER, OWNER
from arcano.identity.tables import ROLES, USERS


def give_role(connection: Connection, user_id: UserId, source: str, role: str) -> bool:
    """Give the role, as `users` calls it, on the word of `source`. Whether it is another than before."""
    _forget(connection, user_id, source)
    before = connection.scalar(select(USERS.c.role).where(USERS.c.id == user_id))
    if before == OWNER:
        return False
    connection.execute(insert(TOLD_ROLES), {"user_id": user_id, "source": source, "role": role})
    connection.execute(update(USERS).where(USERS.c.id == user_id).values(role=role))
    return before != role


def take_back_role(connection: Connection, user_id: UserId, source: str) -> bool:
    """`source` says nothing about the person's role any more: without its word they are a member. Whether it changed."""
    role = connection.scalar(
        select(TOLD_ROLES.c.role).where(
            TOLD_ROLES.c.user_id == user_id, TOLD_ROLES.c.source == source
        )
    )
    if role is None:
        return False
    _forget(connection, user_id, source)
    return _replace(connection, user_id, role, MEMBER)


def take_back_roles(connection: Connection, source: str) -> list[tuple[str, UserId]]:
    """The same for everybody. Returns what can be given back: the pairs of role and person that it had decided on."""
    said = connection.execute(
        select(TOLD_ROLES.c.role, TOLD_ROLES.c.user_id).where(TOLD_ROLES.c.source == source)
    ).all()
    return [
        (role, UserId(user_id))
        for role, user_id in said
        if take_back_role(connection, UserId(user_id), source)
    ]


def give_back_roles(
    connection: Connection, source: str, said: Iterable[tuple[str, UserId]]
) -> set[UserId]:
    """What was taken back, to those who were given no other role since. Returns to whom."""
    there = {*BUILT_IN_ROLES, *connection.scalars(select(ROLES.c.id))}
    given: set[UserId] = set()
    for role, user_id in said:
        if role in there and _replace(connection, user_id, MEMBER, role):
            give_role(connection, user_id, source, role)
            given.add(user_id)
    return given


def _replace(connection: Connection, user_id: UserId, before: str, after: str) -> bool:
    if OWNER in (before, after) or before == after:
        return False
    replaced = connection.execute(
        update(USERS).where(USERS.c.id == user_id, USERS.c.role == before).values(role=after)
    )
    return bool(replaced.rowcount)


def _forget(connection: Connection, user_id: UserId, source: str) -> None:
    connection.execute(
        delete(TOLD_ROLES).where(TOLD_ROLES.c.user_id == user_id, TOLD_ROLES.c.source == source)
    )

"""What groups and keys are called, and whose keys are whose: for those who have noted only ids."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from arcano.identity.domain import UserId
from arcano.identity.keys.tables import API_KEYS
from arcano.identity.tables import GROUPS


def group_names(connection: Connection, group_ids: Collection[str]) -> dict[str, str]:
    """Whichever is not there is left out."""
    found = select(GROUPS.c.id, GROUPS.c.name).where(GROUPS.c.id.in_(group_ids))
    return {row.id: row.name for row in connection.execute(found)}


def key_names(connection: Connection, key_ids: Collection[str]) -> dict[str, str]:
    """Whichever is not there is left out."""
    found = select(API_KEYS.c.id, API_KEYS.c.name).where(API_KEYS.c.id.in_(key_ids))
    return {row.id: row.name for row in connection.execute(found)}


def key_ids_of(connection: Connection, user_id: UserId) -> frozenset[str]:
    """The keys that stand for somebody, also those that open nothing any more."""
    return frozenset(connection.scalars(select(API_KEYS.c.id).where(API_KEYS.c.user_id == user_id)))

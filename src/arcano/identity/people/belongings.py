"""What belongs to a person, in every table that says whose its rows are; and the way it goes when they go.

Found by the foreign keys, so that a feature above this one need not be known here: whatever belongs to somebody says
so with a key to `users` that cascades.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, delete, func, select, tuple_

from arcano.identity.domain import UserId
from arcano.identity.tables import USERS
from arcano.platform.tables import METADATA

AT_ONCE = 20
"""How many rows, each with all that hangs on it, go in one unit: everybody else's writes wait meanwhile."""


def count_belongings(connection: Connection, user_id: UserId) -> Mapping[str, int]:
    """How many rows of each table are theirs, such as `{"conversations": 3}`."""
    counted: dict[str, int] = {}
    for column in _whose():
        rows = connection.scalar(
            select(func.count()).select_from(column.table).where(column == user_id)
        )
        counted[column.table.name] = counted.get(column.table.name, 0) + (rows or 0)
    return counted


def delete_some(connection: Connection, user_id: UserId) -> bool:
    """Take some of it away. Returns whether there may be more."""
    for column in _whose():
        key = tuple_(*column.table.primary_key.columns)
        some = select(*column.table.primary_key.columns).where(column == user_id).limit(AT_ONCE)
        if connection.execute(delete(column.table).where(key.in_(some))).rowcount:
            return True
    return False


def _whose() -> Iterator[Column[Any]]:
    """The columns that say whose a row is."""
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if any(
                key.references(USERS) and key.ondelete == "CASCADE" for key in column.foreign_keys
            ):
                yield column

"""Putting a new key before the others, and taking one away that nothing is sealed with any more.

Both hold the database's one place to write while the file is replaced. Whoever seals does so in a unit of work
that writes, and looks at the file then: so nobody seals with a key after it was replaced or taken away.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from arcano.platform.database import Database
from arcano.platform.secrets.columns import SealedColumn
from arcano.platform.secrets.errors import SecretCommandError
from arcano.platform.secrets.key_file import KeyFile, without
from arcano.platform.secrets.keys import Key, KeyRing, new_key
from arcano.platform.secrets.survey import FIRST_FORM, in_all, survey


async def add_key(database: Database, file: KeyFile) -> Key:
    """A new key, in the file and before the others when this returns: from now on it seals."""
    key = new_key(place=str(file.path))

    def unit(_connection: Connection) -> None:
        file.replace(KeyRing((key, *file.ring.keys)))

    await database.write(unit)
    return key


async def unused_keys(
    database: Database, columns: Sequence[SealedColumn], ring: KeyRing
) -> tuple[Key, ...]:
    """The keys that seal nothing any more, the first one left out.

    Raises:
        SecretCommandError: Some values do not tell which key sealed them.
    """
    return await database.read(lambda c: _unused(c, columns, ring))


async def drop_unused_keys(
    database: Database, columns: Sequence[SealedColumn], file: KeyFile
) -> tuple[Key, ...]:
    """Take those out of the file that seal nothing, and say which they were.

    Raises:
        SecretCommandError: Some values do not tell which key sealed them.
    """

    def unit(connection: Connection) -> tuple[Key, ...]:
        ring = file.ring
        unused = _unused(connection, columns, ring)
        if unused:
            file.replace(without(ring, unused))
        return unused

    return await database.write(unit)


def _unused(
    connection: Connection, columns: Sequence[SealedColumn], ring: KeyRing
) -> tuple[Key, ...]:
    used = in_all(survey(connection, columns))
    if used[FIRST_FORM]:
        raise SecretCommandError(
            f"{used[FIRST_FORM]} values do not say which key sealed them, because an older version did. "
            "Run this first: arcano secrets rotate"
        )
    return tuple(key for key in ring.keys[1:] if not used[key.name])

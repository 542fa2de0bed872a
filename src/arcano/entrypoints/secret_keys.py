"""Where the keys of this deployment are: in the settings, in a file of theirs, or in the data folder."""

import asyncio
from pathlib import Path

from sqlalchemy import Connection

from arcano.entrypoints.schema import METADATA
from arcano.entrypoints.settings import Settings
from arcano.platform.database import Database
from arcano.platform.secrets.columns import sealed_columns
from arcano.platform.secrets.errors import SecretKeyError
from arcano.platform.secrets.key_file import KeyFile
from arcano.platform.secrets.keys import FixedKeys, KeyRing, KeySource, keys_in
from arcano.platform.secrets.survey import any_sealed, expect_known_keys
from arcano.platform.sqlite import SqliteDatabase

KEYS_SETTING = "ARCANO_SECRETS__KEYS"

SEALED_COLUMNS = sealed_columns(METADATA)
"""Every place with sealed values, of all features."""


def key_path(settings: Settings) -> Path:
    """The key file: the one that is named, or the one in the data folder."""
    return settings.secrets.key_file or settings.data_dir.resolve() / "secret.key"


def known_keys(settings: Settings) -> KeySource | None:
    """The keys that are there; None where none was made yet.

    Raises:
        SecretKeyError: They cannot be used, or a file that the settings name is not there.
    """
    path = key_path(settings)
    if settings.secrets.keys is not None:
        given = keys_in(settings.secrets.keys.get_secret_value(), place=KEYS_SETTING)
        older = KeyFile(path).ring.keys if path.exists() else ()
        return FixedKeys(KeyRing((*given, *older)))
    if path.exists() or path.is_symlink():
        return KeyFile(path)
    if settings.secrets.key_file is not None:
        raise SecretKeyError(
            f"{path} is not there, though the settings name it as the key file. Put the key there, or make "
            f"a first one with: (umask 077; openssl rand -base64 32 > {path})"
        )
    return None


async def keys_to_begin_with(settings: Settings, database: Path) -> KeySource:
    """The keys, made at the first start; not where something is sealed with keys that are gone.

    Raises:
        SecretKeyError: They cannot be used, or are missing.
    """
    keys = known_keys(settings)
    if keys is not None:
        return keys
    path = key_path(settings)
    is_there = await asyncio.to_thread(database.exists)
    if is_there and (sealed := await _count_sealed(database)):
        raise SecretKeyError(
            f"{path} is missing, and {sealed} sealed value{'s' if sealed > 1 else ''} in the database cannot be opened without it. Put it back from your "
            "backup, or, if it is lost for good, drop what only it opens: arcano secrets forget"
        )
    return KeyFile.make(path)


async def expect_keys_of(database: Database, keys: KeySource) -> None:
    """Refuse keys that the database was not sealed with.

    Raises:
        SecretKeyError: A key is missing among them.
    """

    def unit(connection: Connection) -> None:
        expect_known_keys(connection, SEALED_COLUMNS, keys.ring)

    await database.read(unit)


async def _count_sealed(path: Path) -> int:
    database = SqliteDatabase(path)
    try:
        return await database.read(lambda c: any_sealed(c, SEALED_COLUMNS))
    finally:
        database.close()

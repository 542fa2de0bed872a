"""`arcano secrets`: what is sealed and with which key, and how keys are changed, also while a server is serving."""

import argparse
import asyncio
import fcntl
import os
import sqlite3
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from arcano.entrypoints.migrations import is_newest
from arcano.entrypoints.secret_keys import KEYS_SETTING, SEALED_COLUMNS, key_path, known_keys
from arcano.entrypoints.settings import Settings
from arcano.platform.data_folder import DataFolder, DataFolderInUseError, serving
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.change_keys import add_key, drop_unused_keys, unused_keys
from arcano.platform.secrets.errors import SecretCommandError
from arcano.platform.secrets.key_file import KeyFile
from arcano.platform.secrets.keys import FixedKeys, Key, KeyRing, KeySource
from arcano.platform.secrets.reseal import (
    Outcome,
    find_unreadable,
    forget_unreadable,
    open_texts,
    seal_texts,
    seal_with_first_key,
)
from arcano.platform.secrets.survey import FIRST_FORM, Survey, in_all, survey
from arcano.platform.sqlite import SqliteDatabase

TRUNCATE_WITHIN_SECONDS = 10
MOST_NAMED = 10
"""So many values that do not open are named one by one."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a command works on."""

    settings: Settings
    root: Path
    keys: KeySource
    database: SqliteDatabase

    @property
    def box(self) -> SecretBox:
        return SecretBox(self.keys)


Deed = Callable[[Place, argparse.Namespace], Awaitable[int]]


def run(settings: Settings, deed: Deed, arguments: argparse.Namespace) -> None:
    """Do it, and end with its exit code.

    Raises:
        ArcanoError: It cannot be done here; the message says why and what to do.
    """
    try:
        code = asyncio.run(_run(settings, deed, arguments))
    except KeyboardInterrupt:
        sys.exit("\narcano: Stopped in the middle. Everything can be read; run it again to go on.")
    sys.exit(code)


async def show_status(place: Place, _arguments: argparse.Namespace) -> int:
    """Print the keys, and how many values each of them sealed."""
    surveys = await place.database.read(lambda c: survey(c, SEALED_COLUMNS))
    used, ring = in_all(surveys), place.keys.ring
    print("Keys")
    for key in ring.keys:
        told = "seals and opens" if key is ring.first else "opens"
        print(f"  {key.name}  {told:<15}  {_values(used.pop(key.name, 0)):>16}  {key.place}")
    if not ring.keys:
        print(f"  none: {key_path(place.settings)} is not there")
    if first_form := used.pop(FIRST_FORM, 0):
        print(
            f"  {'-':<8}  {'':<15}  {_values(first_form):>16}  in a form that does not tell its key"
        )
    for name, count in used.items():
        print(f"  {name}  {'IS MISSING':<15}  {_values(count):>16}  nobody can open them")
    print("Sealed values")
    _print_columns(surveys)
    plain = sum(one.plain for one in surveys)
    if place.settings.secrets.encrypt_text:
        print("Texts are sealed (secrets.encrypt_text is on).")
        if plain:
            print(f"{plain:,} older ones lie plain. To seal them: arcano secrets apply")
    else:
        print(f"Texts are not sealed (secrets.encrypt_text is off): {plain:,} lie plain.")
    return 1 if used else 0


async def rotate(place: Place, _arguments: argparse.Namespace) -> int:
    """Put a new key in front, unless that was done before, and seal everything with the first one."""
    if not place.keys.ring.keys:
        raise SecretCommandError("There is no key yet. Start the server once: it makes one.")
    surveys = await place.database.read(lambda c: survey(c, SEALED_COLUMNS))
    older = in_all(surveys)
    older.pop(place.keys.ring.first.name, None)
    if isinstance(place.keys, KeyFile):
        if len(place.keys.ring.keys) > 1 and older:
            print(f"Going on: {_values(older.total())} are sealed with older keys.")
        else:
            key = await add_key(place.database, place.keys)
            print(f"A new key, {key.name}, is in {place.keys.path} and seals from now on.")
    elif older:
        _expect_server_knows(place.root, place.keys.ring.first)
    else:
        print(
            f"Everything is sealed with the first key. To change it, put a new one before the others in "
            f"{KEYS_SETTING}, restart the server, and run this again."
        )
        return 0
    began = time.monotonic()
    outcome = await seal_with_first_key(place.database, SEALED_COLUMNS, place.box)
    print(f"{_values(outcome.changed)} sealed anew in {time.monotonic() - began:.1f} s.")
    if len(place.keys.ring.keys) > 1:
        print(
            "Copy the keys into your backup now. The older ones stay, and open older backups; "
            "to take away those that seal nothing any more: arcano secrets retire"
        )
    return _tell_unreadable(outcome)


async def retire(place: Place, _arguments: argparse.Namespace) -> int:
    """Take away the keys that seal nothing any more."""
    if isinstance(place.keys, KeyFile):
        gone = await drop_unused_keys(place.database, SEALED_COLUMNS, place.keys)
        for key in gone:
            print(f"The key {key.name} is gone from {place.keys.path}. Older backups need it.")
    else:
        gone = await unused_keys(place.database, SEALED_COLUMNS, place.keys.ring)
        for key in gone:
            print(f"The key {key.name} seals nothing any more: take it out of {key.place}.")
    left = await place.database.read(lambda c: in_all(survey(c, SEALED_COLUMNS)))
    for key in place.keys.ring.keys[1:]:
        if left[key.name]:
            print(
                f"The key {key.name} stays: {_values(left[key.name])} are sealed with it. "
                "Run this first: arcano secrets rotate"
            )
    if not gone:
        print("No key was taken away.")
    return 0


async def apply(place: Place, _arguments: argparse.Namespace) -> int:
    """Seal or open the texts that are there, as the settings say."""
    if not place.keys.ring.keys:
        raise SecretCommandError("There is no key yet. Start the server once: it makes one.")
    if not place.settings.secrets.encrypt_text:
        outcome = await open_texts(place.database, SEALED_COLUMNS, place.box)
        print(f"{_values(outcome.changed)} opened: secrets.encrypt_text is off.")
        return _tell_unreadable(outcome)
    if isinstance(place.keys, FixedKeys):
        _expect_server_knows(place.root, place.keys.ring.first)
    # What is replaced is overwritten with zeros instead of being left in free space.
    await place.database.write(lambda c: c.exec_driver_sql("PRAGMA secure_delete=ON").close())
    outcome = await seal_texts(place.database, SEALED_COLUMNS, place.box)
    print(f"{_values(outcome.changed)} sealed: secrets.encrypt_text is on.")
    await asyncio.to_thread(_clear_traces, place.root)
    return _tell_unreadable(outcome)


async def forget(place: Place, arguments: argparse.Namespace) -> int:
    """Take away what no key here opens; without `--yes`, only tell."""
    if not arguments.yes:
        found = await find_unreadable(place.database, SEALED_COLUMNS, place.box)
        _name(found.unreadable)
        print(f"{_values(len(found.unreadable))} cannot be opened.")
        if found.unreadable:
            print("To drop them for good: arcano secrets forget --yes")
        return 0
    outcome = await forget_unreadable(place.database, SEALED_COLUMNS, place.box)
    _name(outcome.unreadable)
    print(f"{_values(outcome.changed)} that could not be opened: dropped.")
    return 0


async def _run(settings: Settings, deed: Deed, arguments: argparse.Namespace) -> int:
    async with _place(settings) as place:
        return await deed(place, arguments)


@asynccontextmanager
async def _place(settings: Settings) -> AsyncGenerator[Place]:
    root = settings.data_dir.resolve()
    path = root / "arcano.db"
    if not path.exists():
        raise SecretCommandError(
            f"There is no database in {root}. Name the data folder with --data-dir or DATA_DIR."
        )
    if path.stat().st_uid != os.geteuid():
        # A file made by somebody else is one that the server cannot read.
        raise SecretCommandError(
            f"{path} belongs to another user. Run this as the user whom the server runs as."
        )
    with (root / "secrets.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SecretCommandError(
                "Another `arcano secrets` is at work on this data folder. Wait for its end."
            ) from None
        keys = known_keys(settings) or FixedKeys(KeyRing(()))
        database = SqliteDatabase(path)
        try:
            if not await database.read(_is_ready):
                raise SecretCommandError(
                    "The database is of another version of Arcano. Start the server of this version once, "
                    "then run this again."
                )
            yield Place(settings, root, keys, database)
        finally:
            database.close()


def _is_ready(connection: Connection) -> bool:
    return is_newest(connection)


def _expect_server_knows(root: Path, key: Key) -> None:
    """A server that reads its keys from the settings must have been started with them.

    Raises:
        SecretCommandError: The one that is serving could not open what we seal.
    """
    told = serving(root)
    if told is not None and key.name not in told:
        raise SecretCommandError(
            f"The server that is running was started without the key {key.name} and could not open what is sealed "
            "with it. Restart it with the keys that you run this with, then run this again."
        )


def _clear_traces(root: Path) -> None:
    """Plain text that was replaced or deleted lies on in the log and in free pages until they are used again."""
    try:
        folder = DataFolder(root)
    except DataFolderInUseError:
        folder = None
    database = sqlite3.connect(root / "arcano.db", timeout=TRUNCATE_WITHIN_SECONDS)
    try:
        if folder is not None:
            database.execute("VACUUM")
        busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        database.close()
        if folder is not None:
            folder.release()
    if busy:
        print("The write-ahead log was in use and may hold older text: run this once more.")
    if folder is None:
        print(
            "Text that was deleted before may lie on in free pages of the database: "
            "to clear them, run this once more while the server is stopped."
        )


def _print_columns(surveys: Sequence[Survey]) -> None:
    rows = [(one.column.name, one.by_key.total()) for one in surveys]
    for name, count in rows:
        if count:
            print(f"  {name:<28} {count:>9,}")
    if not any(count for _, count in rows):
        print("  none")


def _tell_unreadable(outcome: Outcome) -> int:
    if not outcome.unreadable:
        return 0
    _name(outcome.unreadable)
    print(f"{_values(len(outcome.unreadable))} could not be opened and were left as they are.")
    return 1


def _name(unreadable: Sequence[str]) -> None:
    for told in unreadable[:MOST_NAMED]:
        print(f"  {told}")
    if len(unreadable) > MOST_NAMED:
        print(f"  … and {len(unreadable) - MOST_NAMED:,} more")


def _values(count: int) -> str:
    return f"{count:,} value" if count == 1 else f"{count:,} values"

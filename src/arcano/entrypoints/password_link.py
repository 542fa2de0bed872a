"""The way back in for whoever holds the machine: a link for a new password, made in the data folder."""

import asyncio

from arcano.entrypoints.settings import Settings
from arcano.identity import give_reset
from arcano.platform.clock import SystemClock
from arcano.platform.errors import StorageError
from arcano.platform.sqlite import SqliteDatabase


def password_link(email: str, *, settings: Settings, without_second_factor: bool = False) -> str:
    """What to put behind the address of the page. The folder need not be free: a running server may go on.

    Raises:
        PersonNotFoundError: Nobody has this address.
        AccountDisabledError: They may not come in.
        AccountWaitingError: They were not approved yet.
        StorageError: There is no database, or it cannot be written.
    """
    path = settings.data_dir.resolve() / "arcano.db"
    if not path.exists():
        raise StorageError(f"There is no database in {path.parent}. Name the folder: --data-dir.")
    database = SqliteDatabase(path)
    try:
        token = asyncio.run(
            give_reset(
                email,
                lifetime=settings.identity.reset_lifetime,
                database=database,
                clock=SystemClock(),
                without_second_factor=without_second_factor,
            )
        )
    finally:
        database.close()
    return f"/reset#{token}"

"""Where rows are kept: units of work that read, and units that write.

A unit is a plain function of a connection. It runs whole or not at all, away from the event loop,
and no unit is open while a model thinks. `read` and `write` return when the unit is done; what
`write` returned is on disk.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Database(Protocol):
    """The port that deeds are given. Implemented on SQLite; PostgreSQL will stand beside it."""

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit` on a snapshot. It must not write.

        Raises:
            StorageError: The database cannot be read.
        """
        ...

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """Run `unit` in one transaction and return once it is on disk.

        An exception in the unit undoes what the unit did, and nobody else's work.

        Raises:
            StorageError: Locked, full or broken. Nothing of the unit was kept.
        """
        ...

"""A database whose disk is full for as long as a test says."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from typing_extensions import override

from arcano.platform.database import Database
from arcano.platform.errors import StorageError

T = TypeVar("T")


class FullDisk(Database):
    """A database on a disk that fills up and is emptied; it counts what is written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_full = False
        self.writes = 0

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        if self.is_full:
            raise StorageError("The disk is full.")
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        if self.is_full:
            raise StorageError("The disk is full.")
        self.writes += 1
        return await self._database.write(unit)

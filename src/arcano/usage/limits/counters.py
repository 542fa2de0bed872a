"""Counters that begin anew some time after they were first added to: here, or in a Redis that several servers share.

The counting is the `limits` library's. Adding is one step that tells what stands there now, so that of two who add at the
same moment only one sees the last free place.
"""

import time
from typing import TYPE_CHECKING, Protocol

from limits.aio.storage import MemoryStorage
from typing_extensions import override

from arcano.usage.limits.redis_or_here import RedisOrHere

if TYPE_CHECKING:
    from limits.aio.storage.redis import RedisStorage


class Counters(Protocol):
    """Numbers by name."""

    async def add(self, name: str, amount: int, *, seconds: int) -> int:
        """What stands there now. It begins anew so many seconds after the first was added."""
        ...

    async def take_back(self, name: str, amount: int) -> None:
        """What was added and is not to count; never below 0."""
        ...

    async def look(self, name: str) -> tuple[int, float]:
        """What stands there, and in how many seconds it begins anew."""
        ...


class MemoryCounters(Counters):
    """In this process."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()

    @override
    async def add(self, name: str, amount: int, *, seconds: int) -> int:
        return await self._storage.incr(name, seconds, amount)

    @override
    async def take_back(self, name: str, amount: int) -> None:
        await self._storage.decr(name, amount)

    @override
    async def look(self, name: str) -> tuple[int, float]:
        count = await self._storage.get(name)
        return count, max(0.0, await self._storage.get_expiry(name) - time.time())


class RedisCounters(Counters):
    """In a Redis; in this process while that is gone."""

    def __init__(self, storage: "RedisStorage", there: RedisOrHere) -> None:
        self._storage = storage
        self._redis = there
        self._here = MemoryCounters()

    @override
    async def add(self, name: str, amount: int, *, seconds: int) -> int:
        return await self._redis.ask(
            lambda: self._storage.incr(name, seconds, amount),
            lambda: self._here.add(name, amount, seconds=seconds),
        )

    @override
    async def take_back(self, name: str, amount: int) -> None:
        async def there() -> None:
            # A counter that began anew meanwhile has nothing of it.
            if await self._storage.get(name) >= amount:
                await self._storage.incr(name, 60, -amount)

        await self._redis.ask(there, lambda: self._here.take_back(name, amount))

    @override
    async def look(self, name: str) -> tuple[int, float]:
        async def there() -> tuple[int, float]:
            count = await self._storage.get(name)
            return count, max(0.0, await self._storage.get_expiry(name) - time.time())

        return await self._redis.ask(there, lambda: self._here.look(name))

"""Counters that begin anew some time after they were first added to: here, or in a Redis that several servers share.

The counting is the `limits` library's. Adding is one step that tells what stands there now, so that of two who add at the
same moment only one sees the last free place.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

from limits.aio.storage import MemoryStorage
from limits.aio.storage.redis import RedisStorage
from typing_extensions import override

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
MOST_CONNECTIONS = 16
TRY_AGAIN_SECONDS = 5.0
"""A Redis that is gone is not asked for so long; meanwhile this server counts for itself."""

T = TypeVar("T")


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
    """In a Redis; in this process while that is gone, for a limit is no reason to answer nobody."""

    def __init__(self, storage: RedisStorage) -> None:
        self._storage = storage
        self._here = MemoryCounters()
        self._gone_until = 0.0

    @override
    async def add(self, name: str, amount: int, *, seconds: int) -> int:
        return await self._ask(
            lambda: self._storage.incr(name, seconds, amount),
            lambda: self._here.add(name, amount, seconds=seconds),
        )

    @override
    async def take_back(self, name: str, amount: int) -> None:
        async def there() -> None:
            # A counter that began anew meanwhile has nothing of it.
            if await self._storage.get(name) >= amount:
                await self._storage.incr(name, 60, -amount)

        await self._ask(there, lambda: self._here.take_back(name, amount))

    @override
    async def look(self, name: str) -> tuple[int, float]:
        async def there() -> tuple[int, float]:
            count = await self._storage.get(name)
            return count, max(0.0, await self._storage.get_expiry(name) - time.time())

        return await self._ask(there, lambda: self._here.look(name))

    async def _ask(
        self,
        there: Callable[[], Coroutine[Any, Any, T]],
        here: Callable[[], Coroutine[Any, Any, T]],
    ) -> T:
        if time.monotonic() < self._gone_until:
            return await here()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await there()
        except Exception as gone:  # noqa: BLE001 - the client has many ways to say it
            logger.warning(
                "limits are counted here, Redis is gone: %s", str(gone) or type(gone).__name__
            )
            self._gone_until = time.monotonic() + TRY_AGAIN_SECONDS
            return await here()


@asynccontextmanager
async def open_counters(
    redis_url: str | None, *, prefix: str = "arcano:limits"
) -> AsyncGenerator[Counters]:
    """Where limits are counted, for as long as the block runs."""
    if redis_url is None:
        yield MemoryCounters()
        return
    # Loaded only where it is needed: a server that is alone may not even have it.
    from redis.asyncio import BlockingConnectionPool  # noqa: PLC0415

    most: Any = {"max_connections": MOST_CONNECTIONS, "timeout": None}
    pool: Any = BlockingConnectionPool.from_url(redis_url, **most)  # pyright: ignore[reportUnknownMemberType]  # the library's
    storage = RedisStorage(
        "async+redis://", implementation="redispy", key_prefix=prefix, connection_pool=pool
    )
    try:
        yield RedisCounters(storage)
    finally:
        await pool.aclose()

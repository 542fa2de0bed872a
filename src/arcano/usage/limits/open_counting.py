"""Where limits are counted: in this process, or in the Redis that several servers share."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from arcano.usage.limits.counters import Counters, MemoryCounters, RedisCounters
from arcano.usage.limits.places import LEASE_SECONDS, MemoryPlaces, Places, RedisPlaces
from arcano.usage.limits.redis_or_here import RedisOrHere

MOST_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Counting:
    """What limits are counted by: how much in a time, and how many at once."""

    counters: Counters = field(default_factory=MemoryCounters)
    places: Places = field(default_factory=MemoryPlaces)


@asynccontextmanager
async def open_counting(
    redis_url: str | None, *, prefix: str = "arcano:limits", lease_seconds: float = LEASE_SECONDS
) -> AsyncGenerator[Counting]:
    """For as long as the block runs. None: in this process."""
    if redis_url is None:
        yield Counting()
        return
    # Loaded only where they are needed: a server that is alone may not even have them.
    from limits.aio.storage.redis import RedisStorage  # noqa: PLC0415
    from redis.asyncio import BlockingConnectionPool, Redis  # noqa: PLC0415
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    most: Any = {
        "max_connections": MOST_CONNECTIONS,
        "timeout": None,
        # Patience is ours (`RedisOrHere`): on Python 3.11 the library's own now and then swallows a cancellation.
        "socket_timeout": None,
        "retry": Retry(NoBackoff(), 0),
    }
    pool: Any = BlockingConnectionPool.from_url(redis_url, **most)  # pyright: ignore[reportUnknownMemberType]  # the library's
    storage = RedisStorage(
        "async+redis://", implementation="redispy", key_prefix=prefix, connection_pool=pool
    )
    there = RedisOrHere()
    places = RedisPlaces(
        Redis(connection_pool=pool), there, prefix=prefix, lease_seconds=lease_seconds
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            holding = tasks.create_task(places.hold())
            try:
                yield Counting(RedisCounters(storage, there), places)
            finally:
                holding.cancel()
    finally:
        await pool.aclose()

"""Opening a Redis, the same way for all who share something there."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis.asyncio import Redis


@asynccontextmanager
async def open_redis(url: str) -> AsyncGenerator["Redis"]:
    """A client without patience of its own: who asks sets a time limit, and decides whether to ask again."""
    # Loaded with the first client: a server that is alone has no need of it, and may not even have it.
    from redis.asyncio import Redis  # noqa: PLC0415
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    # Nothing is tried twice below us. Nor is there a time limit below ours: on Python 3.11 the one for
    # sending (`asyncio.wait_for`) now and then swallows that its task was cancelled.
    client = Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=None)  # pyright: ignore[reportUnknownMemberType]  # the library's
    try:
        yield client
    finally:
        await client.aclose()

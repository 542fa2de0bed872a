"""What several servers count together in a Redis, and this one for itself while that is gone.

For a limit is no reason to answer nobody.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
TRY_AGAIN_SECONDS = 5.0
"""A Redis that is gone is not asked for so long."""

T = TypeVar("T")


class RedisOrHere:
    """Whether Redis is there; one for all that is counted in it."""

    def __init__(self) -> None:
        self._gone_until = 0.0

    async def ask(
        self,
        there: Callable[[], Coroutine[Any, Any, T]],
        here: Callable[[], Coroutine[Any, Any, T]],
    ) -> T:
        """What is said there; what is said here while nothing is to be heard from there."""
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

"""Work that goes on for as long as the server: whatever breaks it off, it is begun again.

It lives in task groups, and one that raised would end everybody else's work in them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

AGAIN_AFTER_SECONDS = 1.0


async def lasting(
    work: Callable[[], Awaitable[object]], *, again_after: float = AGAIN_AFTER_SECONDS
) -> None:
    """Returns when `work` does. What it raises is logged with its story, and it is begun again after so many seconds.

    So `work` keeps nothing of its own from one beginning to the next. Cancelling passes through.
    """
    while True:
        try:
            await work()
        except Exception:
            logger.exception("%s broke off and is begun again", work)
            await asyncio.sleep(again_after)
        else:
            return

"""Whether an engine that runs still lives: it is asked now and then, and must answer, however busy it is.

llama.cpp answers `/health` on threads of its own, also while it reads a long question. Who does not is
frozen, or lost in a dead lock, and would leave its answers without an end.
"""

import asyncio
import errno
from dataclasses import dataclass

import aiohttp

_SHORTAGE = (
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ENOBUFS,
    errno.EAGAIN,
    errno.EADDRNOTAVAIL,
)
"""What goes wrong with a connection because this side has too little of something."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How an engine is watched. One missed beat may be the machine's; several in a row are not.

    `every_seconds` passes between two questions, `within_seconds` is the time to answer one.
    """

    every_seconds: float = 2.0
    within_seconds: float = 2.0
    misses: int = 3

    async def stops(self, address: str, http: aiohttp.ClientSession) -> None:
        """Returns when the engine at `address` has given no sign of life for too long."""
        missed = 0
        while missed < self.misses:
            if not missed:
                await asyncio.sleep(self.every_seconds)
            missed = 0 if await self._beats(address, http) else missed + 1

    async def _beats(self, address: str, http: aiohttp.ClientSession) -> bool:
        try:
            async with asyncio.timeout(self.within_seconds), http.get(f"{address}/health"):
                return True
        except TimeoutError:
            return False
        except aiohttp.ClientError as failure:
            # At once, so the next question must wait its turn. Where we could not even ask, nothing
            # is known, and an engine that is well must not pay for it.
            await asyncio.sleep(self.within_seconds)
            return isinstance(failure, OSError) and failure.errno in _SHORTAGE

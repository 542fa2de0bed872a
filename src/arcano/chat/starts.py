"""Turns begin in the order in which they were asked for, a few at a time.

Where hundreds ask in the same moment, a server that does a little for each in turn lets everybody wait as
long as the last. Begun in order, half of them have their first word in half the time, and the last no later.
"""

import asyncio

AT_ONCE = 32
"""As many as are written in one transaction: fewer leave the processor idle while the disk works."""

LONGEST_SECONDS = 0.05
"""A model that lets itself be waited for must not hold up the next turn."""


class Start:
    """A turn that begins. `under_way` lets the next one begin; said again, it does nothing."""

    __slots__ = ("_free", "_timer")

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free: asyncio.Semaphore | None = free
        self._timer = asyncio.get_running_loop().call_later(LONGEST_SECONDS, self.under_way)

    def under_way(self) -> None:
        if self._free is not None:
            self._timer.cancel()
            self._free.release()
            self._free = None


class Starts:
    """Lets turns begin, first come, first served."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def enter(self) -> Start:
        """Returns when it is this one's turn. Whoever enters says when it is `under_way`."""
        await self._free.acquire()
        return Start(self._free)

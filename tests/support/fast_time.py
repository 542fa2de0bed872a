"""An event loop whose clock jumps: whatever is waited for happens next, and hours pass in no time.

For code that waits by timers only. What comes from other threads or over sockets finds the clock far ahead.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from typing_extensions import override

from arcano.platform.clock import Clock

Result = TypeVar("Result")


class _Jumping(selectors.DefaultSelector):
    """Instead of sleeping until the next timer, it makes it late enough."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            self.jumped += timeout
            timeout = 0
        return super().select(timeout)


class FastLoop(asyncio.SelectorEventLoop):
    """Time passes only where nobody has anything to do."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    @override
    def time(self) -> float:
        return self._jumping.jumped


class LoopClock(Clock):
    """The clock of the loop that runs, as the time of day."""

    @override
    def now(self) -> datetime:
        return datetime(2026, 11, 21, 9, 0, tzinfo=UTC) + timedelta(
            seconds=asyncio.get_running_loop().time()
        )


def in_fast_time(deed: Coroutine[None, None, Result]) -> Result:
    """Run `deed` to its end. A deed that waits for nothing that can come is a failure, not a hanging test."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(_within_a_day(deed))


async def _within_a_day(deed: Coroutine[None, None, Result]) -> Result:
    async with asyncio.timeout(24 * 60 * 60):
        return await deed

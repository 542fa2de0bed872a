"""What fakes share that answer in one piece: it takes them a while, they may fail, and a caller may leave meanwhile."""

import asyncio
from dataclasses import dataclass, field

from arcano.providers import ProviderError


@dataclass(eq=False)
class Busy:
    """Takes `seconds` for each call; while `failures` last, it fails with the next of them.

    `running` calls have not ended; `called_off` were cancelled.
    """

    seconds: float = 0.0
    failures: list[ProviderError] = field(default_factory=list[ProviderError])
    running: int = 0
    called_off: int = 0

    async def work(self) -> None:
        """One call, until it may be answered.

        Raises:
            ProviderError: It fails.
        """
        self.running += 1
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.called_off += 1
            raise
        finally:
            self.running -= 1
        if self.failures:
            raise self.failures.pop(0)

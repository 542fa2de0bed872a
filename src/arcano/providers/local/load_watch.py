"""Whether an engine that loads gets on, and how long it will take: told by what its process does.

llama.cpp answers nothing while it loads, and its bindings pass on none of its progress. But a process
that loads reads, computes and fills its memory; one that does none of it for long is frozen.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from arcano.providers.local.signs import Signs, signs_of

_EARLY_SHARE = 0.05
"""What has come so far tells little about the rest before this share of the file is in memory."""
_SLOW_DISK_BYTES_PER_SECOND = 20_000_000


class Loading:
    """One load while it lasts. `earlier_seconds`: how long the same load took the last time."""

    def __init__(self, *, weights_bytes: int, earlier_seconds: float | None) -> None:
        self._weights_bytes = max(1, weights_bytes)
        self._earlier = earlier_seconds
        self._began = asyncio.get_running_loop().time()
        self._resident_bytes = 0

    def begin(self) -> None:
        """It begins only now: what came before was waiting."""
        self._began = asyncio.get_running_loop().time()

    @property
    def seconds(self) -> float:
        """How long it has gone on."""
        return asyncio.get_running_loop().time() - self._began

    def note(self, signs: Signs) -> None:
        """Heed what the process holds now."""
        self._resident_bytes = max(self._resident_bytes, signs.resident_bytes)

    @property
    def eta_seconds(self) -> float | None:
        """How long it will still take: as the last time, else as it has gone so far; None if unknown."""
        share = self._resident_bytes / self._weights_bytes
        if self._earlier is not None and self.seconds < self._earlier:
            return self._earlier - self.seconds
        if _EARLY_SHARE <= share < 1:
            return self.seconds * (1 - share) / share
        return None


@dataclass(frozen=True, slots=True)
class LoadWatch:
    """How a load is watched. `still_seconds` without a sign of work, and it is given up.

    Long enough for a disk that sleeps to wake.
    """

    every_seconds: float = 0.5
    still_seconds: float = 30.0

    async def stands_still(self, pid: int, loading: Loading) -> None:
        """Returns when the process has done nothing for too long; tells `loading` what it sees till then.

        Where the system gives no signs, that can never be said, and it never returns.
        """
        clock = asyncio.get_running_loop()
        last, since = signs_of(pid), clock.time()
        while clock.time() - since < self.still_seconds:
            await asyncio.sleep(self.every_seconds)
            now = signs_of(pid)
            if now is None or now != last:
                last, since = now, clock.time()
            if now:
                loading.note(now)


def time_limit(weights_bytes: int, *, pid: int, chosen: timedelta | None) -> timedelta:
    """After how long a load is given up, whatever it seems to do: by what a slow disk would need.

    Where standing still can be seen, this only ends what runs in circles, and is generous.
    """
    if chosen is not None:
        return chosen
    reading = timedelta(seconds=weights_bytes / _SLOW_DISK_BYTES_PER_SECOND)
    return reading + timedelta(minutes=1 if signs_of(pid) is None else 10)

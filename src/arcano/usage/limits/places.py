"""Places for what runs at once, of which each name has so many: here, or in a Redis that several servers share.

A place in Redis is held on a lease, which its server renews: what a killed server held is free again when that has ended.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import override

from arcano.platform.ids import new_id
from arcano.usage.limits.redis_or_here import RedisOrHere

if TYPE_CHECKING:
    from redis.asyncio import Redis

LEASE_SECONDS = 15.0
BEATS_IN_A_LEASE = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One that is held, to be given back."""

    name: str
    holder: str


class Places(Protocol):
    """So many of each name; who asks says how many."""

    async def take(self, name: str, most: int) -> Place | None:
        """One of at most so many; None: all are taken. Looking and taking are one step."""
        ...

    async def leave(self, places: Iterable[Place]) -> None:
        """Give them back."""
        ...


class MemoryPlaces(Places):
    """In this process."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    @override
    async def take(self, name: str, most: int) -> Place | None:
        if self._held[name] >= most:
            return None
        self._held[name] += 1
        return Place(name, "")

    @override
    async def leave(self, places: Iterable[Place]) -> None:
        for place in places:
            self._held[place.name] -= 1
            if not self._held[place.name]:
                del self._held[place.name]


_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZSCORE', KEYS[1], ARGV[3]) then return 1 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
_HOLD = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for at = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
"""


class RedisPlaces(Places):
    """In a Redis, while `hold` runs; while that is gone, counted among those of this process."""

    def __init__(
        self,
        client: "Redis",
        there: RedisOrHere,
        *,
        prefix: str,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._client = client
        self._redis = there
        self._prefix = f"{prefix}:places"
        self._lease_seconds = lease_seconds
        self._take: Any = client.register_script(_TAKE)
        self._hold: Any = client.register_script(_HOLD)
        self._server = new_id()
        self._numbers = count()
        self._held: defaultdict[str, set[str]] = defaultdict(set)
        self._left: list[tuple[float, Place]] = []
        """Given back lately, and when: Redis may not have heard it, or a renewal may have taken them once more."""

    @override
    async def take(self, name: str, most: int) -> Place | None:
        place = Place(name, f"{self._server} {next(self._numbers)}")

        async def there() -> bool:
            given = [most, self._lease_ms, place.holder]
            return bool(await self._take(keys=[self._key(name)], args=given))

        async def here() -> bool:
            return len(self._held.get(name, ())) < most

        try:
            taken = await self._redis.ask(there, here)
        except BaseException:
            # It may have been taken before whoever wanted it left.
            self._note_left(place)
            raise
        if not taken:
            return None
        self._held[name].add(place.holder)
        return place

    @override
    async def leave(self, places: Iterable[Place]) -> None:
        given_back = list(places)
        for place in given_back:
            self._held[place.name].discard(place.holder)
            if not self._held[place.name]:
                del self._held[place.name]
            self._note_left(place)
        await self._remove(given_back)

    async def hold(self) -> None:
        """Renew the leases, again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._lease_seconds / BEATS_IN_A_LEASE)
            for name in tuple(self._held):
                await self._renew(name)
                await self._remove([place for _, place in self._left if place.name == name])
            left, self._left = self._left, []
            if not await self._remove([place for _, place in left]):
                # After a lease they are free whether Redis heard it or not.
                since = time.monotonic() - self._lease_seconds
                self._left = [one for one in left if one[0] >= since] + self._left

    async def _renew(self, name: str) -> None:
        holders = tuple(self._held.get(name, ()))

        async def there() -> None:
            await self._hold(keys=[self._key(name)], args=[self._lease_ms, *holders])

        async def here() -> None:
            """Redis is gone: it is told when it is back."""

        if holders:
            await self._redis.ask(there, here)

    async def _remove(self, places: Sequence[Place]) -> bool:
        """Whether Redis has heard it."""

        async def there() -> bool:
            for place in places:
                await self._client.zrem(self._key(place.name), place.holder)
            return True

        async def here() -> bool:
            return False

        return not places or await self._redis.ask(there, here)

    def _note_left(self, place: Place) -> None:
        self._left.append((time.monotonic(), place))

    @property
    def _lease_ms(self) -> int:
        return round(self._lease_seconds * 1000)

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"

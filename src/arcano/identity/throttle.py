"""Slowing down those who guess passwords, per account and per network address, and those who try keys, per address.

Only failures count, and attempts under way as if they had failed, so that a hundred guesses made at
once are no better than one after the other. The counting is the `limits` library's; we say what is
counted.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NoReturn

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from arcano.identity.errors import TooManyAttemptsError, WrongCredentialsError
from arcano.identity.settings import IdentitySettings
from arcano.platform.clock import Clock

_LINE_BITS = 64
"""Of an IPv6 address: what a provider gives to a line at least, and whoever has it chooses the rest."""


class SignInThrottle:
    """Counts failed attempts in memory; a restart forgives."""

    def __init__(self, settings: IdentitySettings, clock: Clock) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._clock = clock
        self._under_way: Counter[tuple[str, str]] = Counter()
        self._per_account = parse(settings.attempts_per_account)
        self._per_address = parse(settings.attempts_per_address)
        self._wishes = parse(settings.registrations_per_address)

    @asynccontextmanager
    async def attempt(self, *, email: str, address: str) -> AsyncGenerator[None]:
        """The block is one attempt; it fails by `WrongCredentialsError`.

        Raises:
            TooManyAttemptsError: Not before `retry_after`. The block was not entered.
        """
        limits = self._limits(email, address)
        keys = [key for _, key in limits]
        self._under_way.update(keys)
        try:
            for limit, key in limits:
                await self._refuse_if_too_many(limit, key)
            yield
        except WrongCredentialsError:
            for limit, key in limits:
                await self._limiter.hit(limit, *key)
            raise
        finally:
            self._under_way.subtract(keys)
            self._under_way = +self._under_way  # forgets who is at zero

    async def count_wish(self, address: str) -> None:
        """One wish of somebody who is not signed in: to register, or for a mail. Every one counts.

        Raises:
            TooManyAttemptsError: Not before `retry_after`.
        """
        key = ("wish", _counted_as(address))
        if await self._limiter.hit(self._wishes, *key):
            return
        await self._refuse(self._wishes, key)

    async def _refuse_if_too_many(self, limit: RateLimitItem, key: tuple[str, str]) -> None:
        if await self._limiter.test(limit, *key, cost=self._under_way[key]):
            return
        await self._refuse(limit, key)

    async def _refuse(self, limit: RateLimitItem, key: tuple[str, str]) -> NoReturn:
        raise await _too_many(self._limiter, limit, key, self._clock)

    def _limits(self, email: str, address: str) -> list[tuple[RateLimitItem, tuple[str, str]]]:
        return [
            (self._per_account, ("account", email)),
            (self._per_address, ("address", _counted_as(address))),
        ]


class KeyThrottle:
    """Counts refused keys in memory. Keys are not guessed; but each one that is tried costs a look into the database."""

    def __init__(self, settings: IdentitySettings, clock: Clock) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._clock = clock
        self._limit = parse(settings.refused_keys_per_address)

    async def expect_few_refused(self, address: str) -> None:
        """Go on only if not too many keys were refused to this address lately.

        Raises:
            TooManyAttemptsError: Not before `retry_after`.
        """
        key = ("key", _counted_as(address))
        if not await self._limiter.test(self._limit, *key):
            raise await _too_many(self._limiter, self._limit, key, self._clock)

    async def count_refused(self, address: str) -> None:
        """A key was refused to this address."""
        await self._limiter.hit(self._limit, "key", _counted_as(address))


def _counted_as(address: str) -> str:
    """One network of IPv6 is one address: whoever has a line has 2**64 of them, and could take another for each guess."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ip_network((int(known), _LINE_BITS), strict=False))


async def _too_many(
    limiter: MovingWindowRateLimiter, limit: RateLimitItem, key: tuple[str, str], clock: Clock
) -> TooManyAttemptsError:
    window = await limiter.get_window_stats(limit, *key)
    wait = max(1, round(window.reset_time - clock.now().timestamp()))
    return TooManyAttemptsError(
        f"Too many attempts. Try again in {_in_words(wait)}.",
        retry_after=timedelta(seconds=wait),
    )


def _in_words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"

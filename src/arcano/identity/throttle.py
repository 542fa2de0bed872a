"""Slowing down those who guess passwords, per account and per network address.

Only failures count, and attempts under way as if they had failed, so that a hundred guesses made at
once are no better than one after the other. The counting is the `limits` library's; we say what is
counted.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NoReturn

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from arcano.identity.errors import TooManyAttemptsError, WrongCredentialsError
from arcano.identity.settings import IdentitySettings
from arcano.platform.clock import Clock


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
        key = ("wish", address)
        if await self._limiter.hit(self._wishes, *key):
            return
        await self._refuse(self._wishes, key)

    async def _refuse_if_too_many(self, limit: RateLimitItem, key: tuple[str, str]) -> None:
        if await self._limiter.test(limit, *key, cost=self._under_way[key]):
            return
        await self._refuse(limit, key)

    async def _refuse(self, limit: RateLimitItem, key: tuple[str, str]) -> NoReturn:
        window = await self._limiter.get_window_stats(limit, *key)
        wait = max(1, round(window.reset_time - self._clock.now().timestamp()))
        raise TooManyAttemptsError(
            f"Too many attempts. Try again in {_in_words(wait)}.",
            retry_after=timedelta(seconds=wait),
        )

    def _limits(self, email: str, address: str) -> list[tuple[RateLimitItem, tuple[str, str]]]:
        return [
            (self._per_account, ("account", email)),
            (self._per_address, ("address", address)),
        ]


def _in_words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"

"""Passwords: argon2id (RFC 9106), in a small pool of threads so that a crowd cannot eat the memory."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from arcano.identity.errors import GuessablePasswordError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = 2
_LOOKED_AT = 72
"""Longer ones are not easier to guess, and take long to look at."""
_GOOD_ENOUGH = 2
"""Of 0 to 4: from here on it takes more than a million guesses."""

NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$URtYk5nMSTGi3whavSs3EA$/8hM0m"
    "RDD8AYPgyaXfa5tui6SiY2QQa/M5uKQz1Ou9M"
)
"""Of a random word nobody kept. Checked for unknown accounts, so that the answer takes as long."""


class Passwords:
    """Hashes and checks. At most two at a time; the others wait."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, _HASHER.hash, password
        )

    async def hash_new(self, password: str, *, known: Sequence[str] = ()) -> str:
        """The hash of a password that somebody wants from now on.

        `known`: what others know about them, like their name, and would try first.

        Raises:
            GuessablePasswordError: It is among the first that anybody would try.
        """
        loop = asyncio.get_running_loop()
        if await loop.run_in_executor(self._threads, _is_guessable, password, known):
            raise GuessablePasswordError(
                "This password is among the first that anybody would try. Add an unrelated word or two."
            )
        return await self.hash(password)

    async def matches(self, password: str, *, stored: str) -> bool:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, _matches, password, stored
        )

    def outdated(self, stored: str) -> bool:
        """Was it made with weaker parameters than today's?"""
        return _HASHER.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown()


def _is_guessable(password: str, known: Sequence[str]) -> bool:
    # Loaded with the first new password: its lists of common ones take some megabytes.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    return zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, "arcano"])["score"] < _GOOD_ENOUGH


def _matches(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False

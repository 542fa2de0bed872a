"""Answers kept in a Redis that servers share, and which of them is answering what just now."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from arcano.inference.cache.answer_leases import LEASE, AnswerLeases
from arcano.inference.cache.answer_store import (
    AnswerStore,
    StoredAnswer,
    StoreRules,
    StoreSizes,
)
from arcano.inference.cache.shared_answer import Place
from arcano.inference.redis_client import open_redis
from arcano.platform.clock import Clock
from arcano.platform.errors import StorageError

if TYPE_CHECKING:
    from redis.asyncio import Redis

logger = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("kept_answers.lua")

ANSWER_WITHIN = timedelta(milliseconds=250)
"""A cache that takes longer is no help to somebody who waits for an answer."""
REST = timedelta(seconds=2)
"""So long a Redis that is gone is not asked again."""
FORGET_WITHIN = timedelta(seconds=5)
FORGET_AT_ONCE = 500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Argument = str | bytes | int


class RedisAnswers(AnswerStore, AnswerLeases):
    """All keys begin with `namespace`, and go by themselves. In braces, they lie together in a cluster."""

    def __init__(
        self,
        client: "Redis",
        rules: StoreRules,
        clock: Clock,
        *,
        namespace: str,
        lease: timedelta = LEASE,
        patience: timedelta = ANSWER_WITHIN,
    ) -> None:
        self.lease = lease
        self._patience = patience
        self._run = client.register_script(SCRIPT.read_text())
        self._prefix = namespace
        self._rules = rules
        self._clock = clock
        self._is_up = True
        self._rests_until = 0.0

    @override
    async def get(self, digest: bytes) -> StoredAnswer | None:
        found = await self._ask("get", digest.hex())
        if not found:
            return None
        body, kept_at, asked_by = found
        return StoredAnswer(body, asked_by.decode(), _EPOCH + int(kept_at) * _MICROSECOND)

    @override
    async def put(self, digest: bytes, answer: StoredAnswer) -> None:
        kept_at = (answer.kept_at - _EPOCH) // _MICROSECOND
        await self._ask(
            "put", digest.hex(), answer.body, answer.size_bytes, answer.asked_by, kept_at
        )

    @override
    async def forget(self, *, asked_by: str | None = None) -> None:
        try:
            async with asyncio.timeout(FORGET_WITHIN.total_seconds()):
                while await self._script("forget", asked_by or "", FORGET_AT_ONCE):
                    pass
        except Exception as gone:
            raise StorageError(
                "The kept answers cannot be reached, so they were not dropped. Try again in a moment."
            ) from gone

    @override
    async def sizes(self) -> StoreSizes:
        counted = await self._ask("sizes")
        return StoreSizes(*map(int, counted)) if counted else StoreSizes(0, 0)

    @override
    async def take(self, place: Place, holder: str) -> bool:
        lives_ms = round(self.lease.total_seconds() * 1000)
        return await self._ask("take", _named(place), holder, lives_ms) != 0

    @override
    async def leave(self, place: Place, holder: str) -> None:
        await self._ask("leave", _named(place), holder)

    async def _ask(self, deed: str, *arguments: Argument) -> Any:  # noqa: ANN401 - Redis's answer
        """Nothing where Redis cannot be reached."""
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return None
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                answer = await self._script(deed, *arguments)
        except Exception as gone:  # noqa: BLE001 - the client has many ways to say it
            self._rests_until = now + REST.total_seconds()
            if self._is_up:
                self._is_up = False
                why = str(gone) or type(gone).__name__
                logger.warning("kept answers cannot be reached: %s", why)
            return None
        if not self._is_up:
            self._is_up = True
            logger.info("kept answers can be reached again")
        return answer

    async def _script(self, deed: str, *arguments: Argument) -> Any:  # noqa: ANN401 - Redis's answer
        standing = (
            deed,
            (self._clock.now() - _EPOCH) // _MICROSECOND,
            self._rules.kept_for // _MICROSECOND,
            self._rules.max_bytes,
        )
        return await self._run(keys=[self._prefix], args=[*standing, *arguments])


def _named(place: Place) -> str:
    digest, priority = place
    return f"{digest.hex()}:{priority}"


@asynccontextmanager
async def redis_answers(
    url: str,
    rules: StoreRules,
    clock: Clock,
    *,
    namespace: str = "{arcano:answers}",
    lease: timedelta = LEASE,
    patience: timedelta = ANSWER_WITHIN,
) -> AsyncGenerator[RedisAnswers]:
    """Answers kept in the Redis of `url`. It need not be there yet; one that takes longer than `patience` is not there."""
    async with open_redis(url) as client:
        yield RedisAnswers(
            client, rules, clock, namespace=namespace, lease=lease, patience=patience
        )

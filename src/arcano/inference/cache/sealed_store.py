"""Answers that lie sealed in a place which others may read: the Redis that servers share."""

import logging
from dataclasses import replace

from typing_extensions import override

from arcano.inference.cache.answer_leases import AnswerLeases
from arcano.inference.cache.answer_store import AnswerStore, StoredAnswer, StoreSizes
from arcano.inference.cache.redis_store import RedisAnswers
from arcano.inference.cache.shared_answer import Place
from arcano.inference.cache.tables import CACHED_ANSWERS
from arcano.platform.secrets.columns import SealedColumn
from arcano.platform.secrets.errors import SecretUnreadableError
from arcano.platform.secrets.texts import Texts

logger = logging.getLogger(__name__)

_BODY = SealedColumn(CACHED_ANSWERS.c.body)


class SealedAnswers(AnswerStore):
    """What `there` keeps, each answer sealed for its question. One that does not open was never kept.

    Servers that share a place hear one another's answers only if they have the same keys.
    """

    def __init__(self, there: AnswerStore, texts: Texts) -> None:
        self._there = there
        self._texts = texts

    @override
    async def get(self, digest: bytes) -> StoredAnswer | None:
        answer = await self._there.get(digest)
        if answer is None:
            return None
        try:
            return replace(answer, body=self._texts.read_bytes(answer.body, _BODY, digest))
        except SecretUnreadableError as sealed_elsewhere:
            logger.debug("a kept answer is left alone: %s", sealed_elsewhere.detail)
            return None

    @override
    async def put(self, digest: bytes, answer: StoredAnswer) -> None:
        sealed = self._texts.kept_bytes(answer.body, _BODY, digest)
        await self._there.put(digest, replace(answer, body=sealed))

    @override
    async def forget(self, *, asked_by: str | None = None) -> None:
        await self._there.forget(asked_by=asked_by)

    @override
    async def sizes(self) -> StoreSizes:
        return await self._there.sizes()


class _SealedInRedis(SealedAnswers, AnswerLeases):
    """Who is answering what is nobody's secret: a question's digest, and a server's name for itself."""

    def __init__(self, there: RedisAnswers, texts: Texts) -> None:
        super().__init__(there, texts)
        self.lease = there.lease
        self._leases = there

    @override
    async def take(self, place: Place, holder: str) -> bool:
        return await self._leases.take(place, holder)

    @override
    async def leave(self, place: Place, holder: str) -> None:
        await self._leases.leave(place, holder)


def lying_in_redis(answers: RedisAnswers, texts: Texts) -> AnswerStore:
    """What servers share, as `texts` has it lie there. They wait for each other's answers either way."""
    return _SealedInRedis(answers, texts) if texts.is_sealing else answers

"""Answers kept in this process: gone with it, and heard at once."""

from collections import OrderedDict
from itertools import islice

from typing_extensions import override

from arcano.inference.cache.answer_store import AnswerStore, StoredAnswer, StoreRules, StoreSizes
from arcano.platform.clock import Clock


class MemoryAnswers(AnswerStore):
    """The least recently heard comes first in the order, and goes first."""

    def __init__(self, rules: StoreRules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock
        self._kept: OrderedDict[bytes, StoredAnswer] = OrderedDict()
        self._bytes = 0

    @override
    async def get(self, digest: bytes) -> StoredAnswer | None:
        answer = self._kept.get(digest)
        if answer is None:
            return None
        if self._is_too_old(answer):
            self._drop(digest)
            return None
        self._kept.move_to_end(digest)
        return answer

    @override
    async def put(self, digest: bytes, answer: StoredAnswer) -> None:
        self._drop(digest)
        if answer.size_bytes > self._rules.max_bytes:
            return
        self._kept[digest] = answer
        self._bytes += answer.size_bytes
        while self._bytes > self._rules.max_bytes or self._least_used_is_too_old():
            self._drop(next(iter(self._kept)))

    @override
    async def forget(self, *, asked_by: str | None = None) -> None:
        gone = [
            digest
            for digest, answer in self._kept.items()
            if asked_by is None or answer.asked_by == asked_by
        ]
        for digest in gone:
            self._drop(digest)

    @override
    async def sizes(self) -> StoreSizes:
        return StoreSizes(len(self._kept), self._bytes)

    def _least_used_is_too_old(self) -> bool:
        return any(self._is_too_old(answer) for answer in islice(self._kept.values(), 1))

    def _is_too_old(self, answer: StoredAnswer) -> bool:
        return answer.kept_at <= self._clock.now() - self._rules.kept_for

    def _drop(self, digest: bytes) -> None:
        answer = self._kept.pop(digest, None)
        if answer is not None:
            self._bytes -= answer.size_bytes

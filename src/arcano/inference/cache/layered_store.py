"""Memory in front of the database: heard at once, and still there after a restart."""

from typing_extensions import override

from arcano.inference.cache.answer_store import AnswerStore, StoredAnswer, StoreSizes
from arcano.inference.cache.database_store import DatabaseAnswers
from arcano.inference.cache.memory_store import MemoryAnswers


class LayeredAnswers(AnswerStore):
    """What `back` keeps, `front` says where it has it. Both belong to this process alone."""

    def __init__(self, front: MemoryAnswers, back: DatabaseAnswers) -> None:
        self._front = front
        self._back = back
        self._forgotten = 0

    @override
    async def get(self, digest: bytes) -> StoredAnswer | None:
        answer = await self._front.get(digest)
        if answer is not None:
            self._back.note_heard(digest)
            return answer
        forgotten = self._forgotten
        answer = await self._back.get(digest)
        # What was forgotten while it was being read does not come back to the front.
        if answer is None or forgotten != self._forgotten:
            return None
        await self._front.put(digest, answer)
        return answer

    @override
    async def put(self, digest: bytes, answer: StoredAnswer) -> None:
        await self._front.put(digest, answer)
        await self._back.put(digest, answer)

    @override
    async def forget(self, *, asked_by: str | None = None) -> None:
        self._forgotten += 1
        await self._front.forget(asked_by=asked_by)
        await self._back.forget(asked_by=asked_by)
        # Once more for who began to read before the end of it.
        self._forgotten += 1

    @override
    async def sizes(self) -> StoreSizes:
        return await self._back.sizes()

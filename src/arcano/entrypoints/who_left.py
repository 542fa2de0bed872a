"""What ends and what is forgotten when somebody is disabled or deleted, in all features that run or remember anything."""

from dataclasses import dataclass

from arcano.batches import BatchRunner
from arcano.chat import TurnRunner
from arcano.gateway import BackgroundResponses
from arcano.identity import UserId
from arcano.inference import AnswerCache
from arcano.platform.errors import StorageError
from arcano.providers import ModelList

STOP_WITHIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class WhoLeft:
    """Joins identity, which decides, with the features that act in somebody's name."""

    turns: TurnRunner
    batches: BatchRunner
    models: ModelList
    cache: AnswerCache
    responses: BackgroundResponses

    async def stop(self, user_id: UserId) -> None:
        """They may not come in any more: answers end, keeping what was written, and batch jobs wait."""
        await self.turns.stop_all_of(user_id)
        await self.responses.stop_all_of(user_id)
        await self.batches.pause_all_of(user_id)

    async def let_go(self, user_id: UserId) -> None:
        """They are being deleted, by whichever process: their own connections, and the keys in them, leave our memory."""
        for connection in self.models.connections():
            if connection.owner_id == user_id:
                self.models.drop(connection.id)

    async def forget(self, user_id: UserId) -> None:
        """Their rows are about to go: nothing may write to them any more, and nothing of them is remembered.

        Raises:
            StorageError: An answer of theirs cannot be stored, and so not ended. Try again later.
        """
        if not await self.turns.stop_all_of(user_id, within=STOP_WITHIN_SECONDS):
            raise StorageError("An answer is still being stored. Everything else waits for it.")
        await self.responses.stop_all_of(user_id)
        await self.batches.pause_all_of(user_id)
        await self.let_go(user_id)
        await self.cache.forget_asked_by(user_id)

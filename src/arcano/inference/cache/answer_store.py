"""Where answers are kept: the port, and the little that all of its implementations share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

ENTRY_BYTES = 200
"""What an answer takes besides its body, roughly, wherever it is kept."""

COARSE = timedelta(minutes=10)
"""How exactly it is known when an answer was heard last."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it is kept. `asked_by` is the person whose question it was."""

    body: bytes
    asked_by: str
    kept_at: datetime

    @property
    def size_bytes(self) -> int:
        return len(self.body) + ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class StoreSizes:
    answers: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StoreRules:
    """What is older than `kept_for` is gone; what goes beyond `max_bytes` takes the place of the least used."""

    kept_for: timedelta
    max_bytes: int


class AnswerStore(Protocol):
    """Keeps answers by the digest of their question.

    A cache that is lost is empty: neither to get nor to put raises where the place cannot be reached.
    Which answer was heard last counts, to within `COARSE`, when room is made.
    """

    async def get(self, digest: bytes) -> StoredAnswer | None:
        """The answer, unless it is too old, was pushed out or cannot be reached."""
        ...

    async def put(self, digest: bytes, answer: StoredAnswer) -> None:
        """Keep an answer in the place of the one before it. One that is larger than all room is not kept."""
        ...

    async def forget(self, *, asked_by: str | None = None) -> None:
        """Drop what one person asked, or everything.

        Raises:
            StorageError: It cannot be reached, and what is there may come back. Try again.
        """
        ...

    async def sizes(self) -> StoreSizes:
        """How much is kept, counted as `size_bytes`."""
        ...

"""Telling a person's other tabs and programs that something changed: hints, never the truth."""

import asyncio
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from arcano.chat.domain import ConversationId, Status, TurnId
from arcano.identity import UserId

MAX_UNREAD = 256

NoticeName = Literal[
    "turn-started",
    "turn-ended",
    "conversation-changed",
    "conversation-deleted",
    "models-changed",
    "budget-warned",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """Look again at this. Fields that do not apply are None."""

    name: NoticeName
    conversation_id: ConversationId | None = None
    turn_id: TurnId | None = None
    status: Status | None = None


class Notices:
    """Who listens, in this process."""

    def __init__(self) -> None:
        self._queues: defaultdict[UserId, set[asyncio.Queue[Notice]]] = defaultdict(set)

    def publish(self, to: UserId, notice: Notice) -> None:
        """Tell everybody who listens for this person. A listener that is far behind misses it."""
        for queue in self._queues.get(to, ()):
            with suppress(asyncio.QueueFull):
                queue.put_nowait(notice)

    def publish_to_all(self, notice: Notice) -> None:
        for user_id in list(self._queues):
            self.publish(user_id, notice)

    @contextmanager
    def listening(self, viewer: UserId) -> Generator[asyncio.Queue[Notice]]:
        """A queue of what changes for this person, while the block lasts."""
        queue: asyncio.Queue[Notice] = asyncio.Queue(MAX_UNREAD)
        self._queues[viewer].add(queue)
        try:
            yield queue
        finally:
            self._queues[viewer].discard(queue)
            if not self._queues[viewer]:
                del self._queues[viewer]

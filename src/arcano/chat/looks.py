"""Looking into somebody else's conversations, where the policy allows it: read only, written down, and shown to the person.

The look is one unit of work: whether it is allowed, what is read, the row for the person and the act on the audit trail.
What cannot be written down is not read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select, update

from arcano.chat.domain import ConversationId
from arcano.chat.errors import ConversationNotFoundError
from arcano.chat.repository import ConversationRepository
from arcano.chat.tables import LOOKS
from arcano.identity import UserId, Viewer, expect_may_look, tell_others
from arcano.platform.acts import Act, Subject, record
from arcano.platform.ids import new_id

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """One look, as the person sees it. `title`: that of the conversation, if it is still there."""

    id: str
    looker_name: str
    conversation_id: ConversationId | None
    title: str | None
    reason: str
    looked_at: datetime
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody who wants to look, at whose conversations, and why. Made where the request is served: it notes its origin."""

    viewer: Viewer
    whom: UserId
    reason: str
    act: Act

    @classmethod
    def of(
        cls, viewer: Viewer, whom: str, reason: str, *, at: ConversationId | None = None
    ) -> "Looking":
        """`at`: the one conversation; None: all, as a list."""
        if at is None:
            act = Act("conversations.listed", viewer.actor, Subject("person", whom))
        else:
            act = Act("conversation.looked-into", viewer.actor, Subject("conversation", at))
        return cls(viewer, UserId(whom), reason, act.noting(whose=whom, reason=reason))

    def look(
        self,
        connection: Connection,
        read: Callable[[ConversationRepository], T],
        *,
        at: ConversationId | None,
        now: datetime,
    ) -> T:
        """What `read` reads of the person's, once it is written down that it was read.

        Raises:
            NotAllowedError, PersonNotFoundError: They may not look, or nobody may.
            NotFoundError: What `read` raised; then nothing was looked at.
        """
        expect_may_look(connection, self.viewer, self.whom)
        found = read(ConversationRepository(connection, self.whom))
        connection.execute(
            insert(LOOKS),
            {
                "id": new_id(),
                "user_id": self.whom,
                "looker_id": self.viewer.user_id,
                "looker_name": self.viewer.name,
                "conversation_id": at,
                "reason": self.reason,
                "looked_at": now,
                "seen_at": None,
            },
        )
        record(connection, self.act, now=now)
        # Their page connects again, wherever it is open, and finds the notice.
        tell_others(connection, "changed", self.whom, now=now)
        return found


class LookRepository:
    """The looks at one viewer's conversations, inside one unit of work."""

    def __init__(self, connection: Connection, viewer: UserId) -> None:
        self._connection = connection
        self._viewer = viewer
        self._conversations = ConversationRepository(connection, viewer)

    def newest(self, *, before: str | None, limit: int) -> list[Look]:
        """Newest first; those before the look with the id `before`."""
        wanted = select(LOOKS).where(LOOKS.c.user_id == self._viewer)
        if before is not None:
            wanted = wanted.where(LOOKS.c.id < before)
        rows = self._connection.execute(wanted.order_by(LOOKS.c.id.desc()).limit(limit)).all()
        titles = {
            found: self._title(found)
            for found in {ConversationId(r.conversation_id) for r in rows if r.conversation_id}
        }
        return [
            Look(
                row.id,
                row.looker_name,
                row.conversation_id,
                titles.get(row.conversation_id),
                row.reason,
                row.looked_at,
                row.seen_at is not None,
            )
            for row in rows
        ]

    def unseen(self) -> int:
        counted = (
            select(func.count())
            .select_from(LOOKS)
            .where(LOOKS.c.user_id == self._viewer, LOOKS.c.seen_at.is_(None))
        )
        return self._connection.scalar(counted) or 0

    def see(self, *, through: str, now: datetime) -> None:
        """The person took note of this look and of all before it; not of one that came meanwhile."""
        self._connection.execute(
            update(LOOKS)
            .where(
                LOOKS.c.user_id == self._viewer, LOOKS.c.seen_at.is_(None), LOOKS.c.id <= through
            )
            .values(seen_at=now)
        )

    def _title(self, conversation_id: ConversationId) -> str | None:
        try:
            return self._conversations.one(conversation_id).title
        except ConversationNotFoundError:
            return None

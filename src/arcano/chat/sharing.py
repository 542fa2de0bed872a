"""Conversations that are shared: whoever may see one without owning it, sees it as its owner does.

Owners, who are nearly everybody, are tried first and cost nothing more; only where nothing of theirs is found is it
asked whether the thing belongs to a conversation that is shared with them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from sqlalchemy import Connection, bindparam, select

from arcano.chat.domain import Conversation, ConversationId
from arcano.chat.repository import ConversationRepository
from arcano.chat.tables import CONVERSATIONS, MESSAGES, TURNS
from arcano.identity import (
    GrantRepository,
    Level,
    NotAllowedError,
    UserId,
    Viewer,
    enough,
    names_of,
)
from arcano.platform.database import Database
from arcano.platform.errors import NotFoundError

KIND = "conversation"

T = TypeVar("T")

_CONVERSATION = select(CONVERSATIONS.c.id, CONVERSATIONS.c.owner_id).where(
    CONVERSATIONS.c.deleted_at.is_(None)
)
_BY_ID = {
    "conversation": _CONVERSATION.where(CONVERSATIONS.c.id == bindparam("id")),
    "message": _CONVERSATION.join(MESSAGES, MESSAGES.c.conversation_id == CONVERSATIONS.c.id).where(
        MESSAGES.c.id == bindparam("id")
    ),
    "turn": _CONVERSATION.join(TURNS, TURNS.c.conversation_id == CONVERSATIONS.c.id).where(
        TURNS.c.id == bindparam("id")
    ),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """What a request names, by the kind of its id."""

    kind: Literal["conversation", "message", "turn"]
    id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """As whom a viewer sees a conversation, and how much of it they have."""

    owner_id: UserId
    level: Level


async def as_owner(
    database: Database,
    viewer: Viewer,
    thing: Thing,
    deed: Callable[[Standing], Awaitable[T]],
    *,
    at_least: Level,
) -> T:
    """Do `deed` as the viewer, or as the owner of the conversation who shared so much of it with the viewer.

    Raises:
        NotAllowedError: It is shared, and not enough of it.
        NotFoundError: What `deed` raised; it is not shared with the viewer.
    """
    try:
        return await deed(Standing(viewer.user_id, "owner"))
    except NotFoundError:
        standing = await database.read(lambda c: _who_shares(c, viewer, thing, at_least))
        if standing is None:
            raise
    return await deed(standing)


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody else's conversation, as the viewer has it."""

    conversation: Conversation
    level: Level
    owner_name: str


def shared_conversations(connection: Connection, viewer: Viewer, *, limit: int) -> list[Shared]:
    """What others share with the viewer; what changed last comes first."""
    levels = GrantRepository(connection, KIND).all_for(viewer)
    rows = connection.execute(
        _CONVERSATION.where(
            CONVERSATIONS.c.id.in_(levels), CONVERSATIONS.c.owner_id != viewer.user_id
        )
        .order_by(CONVERSATIONS.c.updated_at.desc())
        .limit(limit)
    ).all()
    names = names_of(connection, {UserId(row.owner_id) for row in rows})
    return [
        Shared(
            ConversationRepository(connection, UserId(row.owner_id)).one(ConversationId(row.id)),
            levels[row.id],
            names[UserId(row.owner_id)],
        )
        for row in rows
    ]


def _who_shares(
    connection: Connection, viewer: Viewer, thing: Thing, at_least: Level
) -> Standing | None:
    row = connection.execute(_BY_ID[thing.kind], {"id": thing.id}).one_or_none()
    if row is None or row.owner_id == viewer.user_id:
        return None
    level = GrantRepository(connection, KIND).level_of(viewer, row.id)
    if level is None:
        return None
    if not enough(level, at_least=at_least):
        raise NotAllowedError(
            "This conversation is shared with you to read. Its owner can let you continue it."
            if at_least == "editor"
            else "Only the owner of this conversation may do that."
        )
    return Standing(UserId(row.owner_id), level)

"""The doors of looking into other people's conversations, and of seeing who looked into one's own.

A look is a `POST`: it leaves a row, and no browser may repeat it or fetch it ahead.
"""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query, status
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import Connection

from arcano.chat.domain import ConversationId, MessageId
from arcano.chat.doors import Chat, chat_of
from arcano.chat.http import page_of_conversations, page_of_messages
from arcano.chat.looks import Look, Looking, LookRepository
from arcano.chat.schemas import ConversationPage, Id, MessagePage
from arcano.identity import (
    Permission,
    Sessions,
    SignedIn,
    Viewer,
    may,
    sessions_of,
)
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["looks"], route_class=JsonRoute)

AT_ONCE = 50

_Chat = Annotated[Chat, Depends(chat_of)]
_Sessions = Annotated[Sessions, Depends(sessions_of)]
_Looker = Annotated[Viewer, may(Permission.CONVERSATION_READ_ALL)]
_Cursor = Annotated[str | None, StringConstraints(max_length=100)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class LookDraft(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason
    """Why. The person reads it."""
    before: _Cursor = None


class SeenDraft(BaseModel):
    through: Id
    """The newest look that was taken note of."""


class LookView(BaseModel):
    id: str
    looker_name: str
    conversation_id: str | None
    """Which one was read; null: they were listed."""
    title: str | None
    reason: str
    looked_at: datetime
    is_seen: bool

    @classmethod
    def of(cls, look: Look) -> Self:
        return cls(
            id=look.id,
            looker_name=look.looker_name,
            conversation_id=look.conversation_id,
            title=look.title,
            reason=look.reason,
            looked_at=look.looked_at,
            is_seen=look.is_seen,
        )


class LookPage(BaseModel):
    items: list[LookView]
    next_cursor: str | None
    unseen: int


@router.post("/people/{user_id}/looks")
async def look_at_conversations(
    user_id: str, draft: LookDraft, viewer: _Looker, chat: _Chat, sessions: _Sessions
) -> ConversationPage:
    """List somebody's conversations. It is recorded, and they are told."""
    looking, now = Looking.of(viewer, user_id, draft.reason), chat.clock.now()

    def unit(connection: Connection) -> ConversationPage:
        return looking.look(
            connection,
            lambda theirs: page_of_conversations(theirs, before=draft.before, limit=AT_ONCE),
            at=None,
            now=now,
        )

    page = await chat.database.write(unit)
    await sessions.hear()
    return page


@router.post("/people/{user_id}/conversations/{conversation_id}/looks")
async def look_into_conversation(
    user_id: str,
    conversation_id: str,
    draft: LookDraft,
    viewer: _Looker,
    chat: _Chat,
    sessions: _Sessions,
) -> MessagePage:
    """Read the branch that one of somebody's conversations shows, newest first. It is recorded, and they are told."""
    at, now = ConversationId(conversation_id), chat.clock.now()
    looking = Looking.of(viewer, user_id, draft.reason, at=at)
    before = None if draft.before is None else MessageId(draft.before)

    def unit(connection: Connection) -> MessagePage:
        return looking.look(
            connection,
            lambda theirs: page_of_messages(
                theirs, at, through="head", before=before, limit=AT_ONCE
            ),
            at=at,
            now=now,
        )

    page = await chat.database.write(unit)
    await sessions.hear()
    return page


@router.get("/me/looks")
async def list_looks(
    viewer: SignedIn, chat: _Chat, before: Annotated[str | None, Query(max_length=100)] = None
) -> LookPage:
    """Who looked into the viewer's conversations, newest first."""

    def unit(connection: Connection) -> LookPage:
        repository = LookRepository(connection, viewer.user_id)
        looks = repository.newest(before=before, limit=AT_ONCE + 1)
        more = len(looks) > AT_ONCE
        return LookPage(
            items=[LookView.of(look) for look in looks[:AT_ONCE]],
            next_cursor=looks[AT_ONCE - 1].id if more else None,
            unseen=repository.unseen(),
        )

    return await chat.database.read(unit)


@router.post("/me/looks/seen", status_code=status.HTTP_204_NO_CONTENT)
async def see_looks(draft: SeenDraft, viewer: SignedIn, chat: _Chat) -> None:
    """The viewer took note of a look and of all before it."""
    now = chat.clock.now()
    await chat.database.write(
        lambda c: LookRepository(c, viewer.user_id).see(through=draft.through, now=now)
    )

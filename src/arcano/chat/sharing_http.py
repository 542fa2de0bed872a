"""The doors of sharing: whom a conversation is shared with, and what others share with oneself."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Query, status
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from arcano.chat.domain import ConversationId
from arcano.chat.doors import Chat, chat_of
from arcano.chat.repository import ConversationRepository
from arcano.chat.schemas import ConversationPage, ConversationView
from arcano.chat.sharing import KIND, shared_conversations
from arcano.identity import (
    Grant,
    GranteeKind,
    GrantRepository,
    Level,
    Permission,
    Sessions,
    Viewer,
    may,
    sessions_of,
)
from arcano.platform.acts import Act, Subject, record
from arcano.platform.errors import InvalidInputError, NotFoundError
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["sharing"], route_class=JsonRoute)

MOST = 200

_Chat = Annotated[Chat, Depends(chat_of)]
_Sessions = Annotated[Sessions, Depends(sessions_of)]
_Reader = Annotated[Viewer, may(Permission.CONVERSATION_READ)]
_Partaker = Annotated[Viewer, may(Permission.CONVERSATION_READ, at_least="viewer")]
_Owner = Annotated[Viewer, may(Permission.CONVERSATION_SHARE, at_least="owner")]


class Grantee(BaseModel):
    """A person or a group by its id, or everybody, who has none."""

    grantee_kind: GranteeKind
    grantee_id: Annotated[str, Field(max_length=100)] = ""


class GrantDraft(Grantee):
    level: Literal["viewer", "editor"]


class GrantView(Grantee):
    level: Level
    name: str | None
    """What the person or group is called; null for everybody."""

    @classmethod
    def of(cls, grant: Grant) -> Self:
        return cls(
            grantee_kind=grant.grantee_kind,
            grantee_id=grant.grantee_id,
            level=grant.level,
            name=grant.name,
        )


class GrantPage(BaseModel):
    items: list[GrantView]
    next_cursor: str | None


@router.get("/shared-conversations")
async def list_shared_conversations(viewer: _Reader, chat: _Chat) -> ConversationPage:
    """What others share with the viewer, what changed last first."""
    shared = await chat.database.read(lambda c: shared_conversations(c, viewer, limit=MOST))
    return ConversationPage(
        items=[
            ConversationView.of(one.conversation, access=one.level, owner_name=one.owner_name)
            for one in shared
        ],
        next_cursor=None,
    )


@router.delete("/shared-conversations/{conversation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def leave_shared_conversation(
    conversation_id: str, viewer: _Partaker, chat: _Chat, sessions: _Sessions
) -> None:
    """Give back what was granted to oneself. What a group has, or everybody, stays."""
    grant = Grant("person", viewer.user_id, "viewer")
    now = chat.clock.now()
    act = _act("conversation.left", viewer, conversation_id, grant)

    def unit(connection: Connection) -> bool:
        left = GrantRepository(connection, KIND).remove(conversation_id, grant, now=now)
        if left:
            record(connection, act, now=now)
        return left

    if not await chat.database.write(unit):
        raise NotFoundError("This conversation is not shared with you alone.")
    await sessions.hear()


@router.get("/conversations/{conversation_id}/grants")
async def list_grants(conversation_id: str, viewer: _Owner, chat: _Chat) -> GrantPage:
    return await chat.database.read(lambda c: _granted(c, viewer, conversation_id))


@router.put("/conversations/{conversation_id}/grants")
async def grant(
    conversation_id: str, draft: GrantDraft, viewer: _Owner, chat: _Chat, sessions: _Sessions
) -> GrantPage:
    """Share it with somebody, or change how much of it they have."""
    granted = Grant(draft.grantee_kind, draft.grantee_id, draft.level)
    now = chat.clock.now()
    act = _act("conversation.shared", viewer, conversation_id, granted).noting(level=granted.level)

    def unit(connection: Connection) -> GrantPage:
        grants = GrantRepository(connection, KIND)
        ConversationRepository(connection, viewer.user_id).head(ConversationId(conversation_id))
        if not grants.exists(granted):
            raise InvalidInputError("grantee_id: There is no such person or group.")
        if granted.grantee_id == viewer.user_id:
            raise InvalidInputError("grantee_id: It is yours already.")
        grants.put(conversation_id, granted, by=viewer.user_id, now=now)
        record(connection, act, now=now)
        return _granted(connection, viewer, conversation_id)

    page = await chat.database.write(unit)
    await sessions.hear()
    return page


@router.delete("/conversations/{conversation_id}/grants", status_code=status.HTTP_200_OK)
async def take_back_grant(
    conversation_id: str,
    viewer: _Owner,
    chat: _Chat,
    sessions: _Sessions,
    grantee_kind: Annotated[GranteeKind, Query()],
    grantee_id: Annotated[str, Query(max_length=100)] = "",
) -> GrantPage:
    """Share it no longer with somebody. What they hold open of it ends."""
    taken = Grant(grantee_kind, grantee_id, "viewer")
    now = chat.clock.now()
    act = _act("conversation.unshared", viewer, conversation_id, taken)

    def unit(connection: Connection) -> GrantPage:
        ConversationRepository(connection, viewer.user_id).head(ConversationId(conversation_id))
        if GrantRepository(connection, KIND).remove(conversation_id, taken, now=now):
            record(connection, act, now=now)
        return _granted(connection, viewer, conversation_id)

    page = await chat.database.write(unit)
    await sessions.hear()
    return page


def _act(action: str, viewer: Viewer, conversation_id: str, grant: Grant) -> Act:
    whom = {"kind": grant.grantee_kind, "id": grant.grantee_id}
    return Act(action, viewer.actor, Subject("conversation", conversation_id), details=whom)


def _granted(connection: Connection, viewer: Viewer, conversation_id: str) -> GrantPage:
    ConversationRepository(connection, viewer.user_id).head(ConversationId(conversation_id))
    grants = GrantRepository(connection, KIND).all_of(conversation_id)
    return GrantPage(items=[GrantView.of(one) for one in grants], next_cursor=None)

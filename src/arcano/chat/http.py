"""The doors of chat over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from arcano.chat.domain import ContextPolicy, Conversation, ConversationId, MessageId, TurnId
from arcano.chat.doors import Chat, chat_of
from arcano.chat.event_stream import EventStream
from arcano.chat.notices import Notice
from arcano.chat.ratings import RatingRepository
from arcano.chat.reading.summaries import one_summary
from arcano.chat.repository import ConversationRepository
from arcano.chat.schemas import (
    AnswerAgainDraft,
    ConversationChange,
    ConversationDraft,
    ConversationPage,
    ConversationView,
    GaugeView,
    MessagePage,
    MessageView,
    StartTurnDraft,
    SummaryView,
    TurnBegunView,
    TurnEventView,
    TurnView,
)
from arcano.chat.sharing import Standing, Thing
from arcano.chat.usage_schemas import ConversationUsageView
from arcano.identity import Permission, Sessions, UserId, Viewer, may, sessions_of
from arcano.platform.acts import Act, Subject, record
from arcano.platform.errors import InvalidInputError
from arcano.platform.hot_route import HotRoute
from arcano.platform.ids import new_id
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["chat"], route_class=JsonRoute)
hot_router = APIRouter(prefix="/api", tags=["chat"], route_class=HotRoute)
"""Asking and listening: what every question passes."""

_Chat = Annotated[Chat, Depends(chat_of)]
_Lister = Annotated[Viewer, may(Permission.CONVERSATION_READ)]
_Beginner = Annotated[Viewer, may(Permission.CONVERSATION_WRITE)]
_Reader = Annotated[Viewer, may(Permission.CONVERSATION_READ, at_least="viewer")]
_Editor = Annotated[Viewer, may(Permission.CONVERSATION_WRITE, at_least="editor")]
_Owner = Annotated[Viewer, may(Permission.CONVERSATION_WRITE, at_least="owner")]
_Limit = Annotated[int, Query(ge=1, le=200)]
_Cursor = Annotated[str | None, Query(max_length=100)]

MAX_SEQUENCE_DIGITS = 18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

PLACE_IN_LOG: list[dict[str, object]] = [
    {
        "name": "after",
        "in": "query",
        "description": "The number of the last event that is known. Later ones are sent.",
        "schema": {"type": "integer", "minimum": 0},
    },
    {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "The same, as browsers send it by themselves. `after` goes first.",
        "schema": {"type": "string"},
    },
]


@router.get("/conversations")
async def list_conversations(
    viewer: _Lister, chat: _Chat, before: _Cursor = None, limit: _Limit = 50
) -> ConversationPage:
    return await chat.database.read(
        lambda c: page_of_conversations(
            ConversationRepository(c, viewer.user_id), before=before, limit=limit
        )
    )


@router.post("/conversations", status_code=status.HTTP_201_CREATED)
async def add_conversation(
    viewer: _Beginner, chat: _Chat, draft: ConversationDraft | None = None
) -> ConversationView:
    now = chat.clock.now()
    conversation = Conversation(
        id=ConversationId(new_id()),
        title=draft.title if draft else None,
        created_at=now,
        updated_at=now,
        head_id=None,
        running_turn_ids=(),
    )
    await chat.database.write(lambda c: ConversationRepository(c, viewer.user_id).add(conversation))
    chat.notices.publish(viewer.user_id, Notice("conversation-changed", conversation.id))
    return ConversationView.of(conversation)


@router.get("/conversations/{conversation_id}")
async def get_conversation(conversation_id: str, viewer: _Reader, chat: _Chat) -> ConversationView:
    return await chat.conversation(viewer, conversation_id)


@router.get("/conversations/{conversation_id}/usage")
async def conversation_usage(
    conversation_id: str, viewer: _Reader, chat: _Chat
) -> ConversationUsageView:
    """What its answers used and cost, each and together."""
    return await chat.usage(viewer, conversation_id)


@router.patch("/conversations/{conversation_id}")
async def change_conversation(
    conversation_id: str, change: ConversationChange, viewer: _Owner, chat: _Chat
) -> ConversationView:
    fields = {name: getattr(change, name) for name in change.model_fields_set}
    if "context_policy" in fields:
        policy = ContextPolicy() if change.context_policy is None else change.context_policy.value()
        if policy.model is not None:
            viewer.expect_model(policy.model)
        del fields["context_policy"]
        fields |= {"context_policy": policy.name, "summary_model": policy.model}
    identifier = ConversationId(conversation_id)
    await chat.database.write(
        lambda c: ConversationRepository(c, viewer.user_id).change(identifier, **fields)
    )
    chat.runner.readings.forget(identifier)
    chat.notices.publish(viewer.user_id, Notice("conversation-changed", identifier))
    return await chat.conversation(viewer, conversation_id)


@router.delete("/conversations/{conversation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_conversation(conversation_id: str, viewer: _Owner, chat: _Chat) -> None:
    identifier, now = ConversationId(conversation_id), chat.clock.now()
    act = _act("conversation.deleted", viewer, identifier)

    def unit(connection: Connection) -> tuple[TurnId, ...]:
        conversations = ConversationRepository(connection, viewer.user_id)
        running = conversations.one(identifier).running_turn_ids
        conversations.mark_deleted(identifier, now=now)
        record(connection, act, now=now)
        return running

    # Once it is gone nothing more is begun in it: what was begun in another tab just before is among these.
    for turn_id in await chat.database.write(unit):
        await chat.runner.stop(turn_id, viewer.user_id)
    chat.runner.readings.forget(identifier)
    # Kept answers do not know their conversations, so all that the person asked is forgotten.
    await chat.inference.forget_answers(viewer.user_id)
    chat.notices.publish(viewer.user_id, Notice("conversation-deleted", identifier))


@router.post("/conversations/{conversation_id}/restore")
async def restore_conversation(
    conversation_id: str, viewer: _Owner, chat: _Chat
) -> ConversationView:
    identifier = ConversationId(conversation_id)
    act, now = _act("conversation.restored", viewer, identifier), chat.clock.now()

    def unit(connection: Connection) -> None:
        ConversationRepository(connection, viewer.user_id).restore(identifier)
        record(connection, act, now=now)

    await chat.database.write(unit)
    chat.notices.publish(viewer.user_id, Notice("conversation-changed", identifier))
    return await chat.conversation(viewer, conversation_id)


@router.get("/conversations/{conversation_id}/messages")
async def list_messages(
    conversation_id: str,
    viewer: _Reader,
    chat: _Chat,
    before: _Cursor = None,
    limit: _Limit = 50,
    through: _Cursor = None,
) -> MessagePage:
    identifier = ConversationId(conversation_id)
    last = None if before is None else MessageId(before)

    def unit(connection: Connection, owner: UserId) -> MessagePage:
        repository = ConversationRepository(connection, owner)
        return page_of_messages(
            repository,
            identifier,
            through=through,
            before=last,
            limit=limit,
            ratings=RatingRepository(connection, viewer.user_id),
        )

    async def deed(standing: Standing) -> MessagePage:
        return await chat.database.read(lambda c: unit(c, standing.owner_id))

    return await chat.as_owner(viewer, Thing("conversation", conversation_id), deed)


@router.get("/conversations/{conversation_id}/context")
async def look_at_context(
    conversation_id: str,
    viewer: _Reader,
    chat: _Chat,
    model: Annotated[str, Query(min_length=1, max_length=500)],
    max_tokens: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> GaugeView:
    return await chat.look(viewer, ConversationId(conversation_id), model, max_tokens=max_tokens)


@router.get("/context")
async def look_at_empty_context(
    viewer: _Lister,
    chat: _Chat,
    model: Annotated[str, Query(min_length=1, max_length=500)],
    max_tokens: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> GaugeView:
    return await chat.look(viewer, None, model, max_tokens=max_tokens)


@router.get("/conversations/{conversation_id}/summaries/{summary_id}")
async def get_summary(
    conversation_id: str, summary_id: str, viewer: _Reader, chat: _Chat
) -> SummaryView:
    identifier = ConversationId(conversation_id)

    async def deed(standing: Standing) -> SummaryView:
        summary = await chat.database.read(
            lambda c: one_summary(c, standing.owner_id, identifier, summary_id)
        )
        return SummaryView.of(summary)

    return await chat.as_owner(viewer, Thing("conversation", conversation_id), deed)


@hot_router.post("/conversations/{conversation_id}/turns", status_code=status.HTTP_202_ACCEPTED)
async def begin_turn(
    conversation_id: str, draft: StartTurnDraft, viewer: _Editor, chat: _Chat
) -> TurnBegunView:
    return await chat.start(viewer, ConversationId(conversation_id), draft)


@router.post("/messages/{message_id}/regenerate", status_code=status.HTTP_202_ACCEPTED)
async def regenerate_answer(
    message_id: str, viewer: _Editor, chat: _Chat, draft: AnswerAgainDraft | None = None
) -> TurnBegunView:
    return await chat.regenerate(viewer, MessageId(message_id), draft or AnswerAgainDraft())


@router.post("/messages/{message_id}/continue", status_code=status.HTTP_202_ACCEPTED)
async def continue_answer(
    message_id: str, viewer: _Editor, chat: _Chat, draft: AnswerAgainDraft | None = None
) -> TurnBegunView:
    return await chat.continue_reply(viewer, MessageId(message_id), draft or AnswerAgainDraft())


@router.get("/turns/{turn_id}")
async def get_turn(turn_id: str, viewer: _Reader, chat: _Chat) -> TurnView:
    return await chat.turn(viewer, TurnId(turn_id))


@router.post("/turns/{turn_id}/stop", status_code=status.HTTP_202_ACCEPTED)
async def stop_turn(turn_id: str, viewer: _Editor, chat: _Chat) -> TurnView:
    return await chat.stop(viewer, TurnId(turn_id))


async def _place_in_log(connection: HTTPConnection) -> int:
    """The number of the last event that the reader has: `after`, or else `Last-Event-ID`."""
    after = connection.query_params.get("after")
    if after is None:
        # A browser sends back what it was given; what is none of ours means: from the beginning.
        return _sequence(connection.headers.get("last-event-id", "")) or 0
    sequence = _sequence(after)
    if sequence is None:
        raise InvalidInputError("`after` is the number of an event: 0 or more.")
    return sequence


@hot_router.get(
    "/turns/{turn_id}/events",
    status_code=status.HTTP_200_OK,
    response_class=EventStream,
    responses={200: {"model": TurnEventView, "description": "Server-sent events, one at a time."}},
    openapi_extra={"parameters": PLACE_IN_LOG},
)
async def hear_turn(
    turn_id: str,
    viewer: _Reader,
    chat: _Chat,
    sessions: Annotated[Sessions, Depends(sessions_of)],
    after: Annotated[int, Depends(_place_in_log)],
) -> EventStream:
    shared = await chat.maybe_shared(viewer, TurnId(turn_id))
    first, rest = await chat.hear(viewer, TurnId(turn_id), after=after)
    about = frozenset[str]() if shared is None else frozenset({shared})
    return EventStream(first, rest, sessions=sessions, viewer=viewer, about=about)


def page_of_conversations(
    repository: ConversationRepository, *, before: str | None, limit: int
) -> ConversationPage:
    """Those changed last, or those after the cursor `before`."""
    cursor = None if before is None else _read_cursor(before)
    items = repository.newest(before=cursor, limit=limit + 1)
    more = len(items) > limit
    return ConversationPage(
        items=[ConversationView.of(item) for item in items[:limit]],
        next_cursor=_cursor(items[limit - 1]) if more else None,
    )


def page_of_messages(
    repository: ConversationRepository,
    conversation_id: ConversationId,
    *,
    through: str | None,
    before: MessageId | None,
    limit: int,
    ratings: RatingRepository | None = None,
) -> MessagePage:
    """Newest first: of all branches, or of the one `through` a message or the `head`; with the `ratings` of who reads."""
    if before is not None:
        repository.role_of(conversation_id, before)  # a cursor that we never gave is not found
    if through is None:
        items = repository.tree(conversation_id, before=before, limit=limit + 1)
    else:
        via = None if through == "head" else MessageId(through)
        items = repository.branch(conversation_id, through=via, before=before, limit=limit + 1)
    more = len(items) > limit
    shown = items[:limit]
    rated = ratings.of([item.id for item in shown]) if ratings else {}
    return MessagePage(
        items=[MessageView.of(item, rated.get(item.id)) for item in shown],
        next_cursor=items[limit - 1].id if more else None,
    )


def _act(action: str, viewer: Viewer, conversation_id: ConversationId) -> Act:
    """Which one, and not its title: that is often what was asked."""
    return Act(action, viewer.actor, Subject("conversation", conversation_id))


def _sequence(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < MAX_SEQUENCE_DIGITS else None


def _cursor(last: Conversation) -> str:
    return f"{(last.updated_at - _EPOCH) // timedelta(microseconds=1)}.{last.id}"


def _read_cursor(cursor: str) -> tuple[datetime, ConversationId]:
    moment, _, identifier = cursor.partition(".")
    if not (moment.isdecimal() and len(moment) < 18 and identifier):
        raise InvalidInputError("`before` is not a cursor that this server gave.")
    return _EPOCH + timedelta(microseconds=int(moment)), ConversationId(identifier)

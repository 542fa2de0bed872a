"""Turns and their event logs: begun, stored in stretches, given their one ending.

The first class answers to a viewer; the functions below it are the turn's own housekeeping, which
knows the turn already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Integer,
    LargeBinary,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from arcano.chat.domain import (
    ContentPart,
    ConversationId,
    Failure,
    MessageId,
    Status,
    Turn,
    TurnId,
)
from arcano.chat.errors import (
    ConversationNotFoundError,
    TurnEndedElsewhereError,
    TurnNotFoundError,
)
from arcano.chat.events import AnsweredBy, ContextRead
from arcano.chat.live_log import Entry, KeptWords, Stretch
from arcano.chat.sealed import (
    CONTENT,
    EVENTS,
    MESSAGE_FAILURE,
    PARAMETERS,
    REASONING,
    TITLE,
    TURN_FAILURE,
)
from arcano.chat.tables import (
    CONVERSATIONS,
    MESSAGES,
    THOUGHTS,
    TURN_EVENTS,
    TURNS,
)
from arcano.chat.thoughts import Thought
from arcano.chat.turn_rows import (
    answer_values,
    answerer_json,
    cache_json,
    entry,
    json_text,
    left_out_json,
    stretch_values,
    thought_values,
    turn_of,
)
from arcano.identity import UserId
from arcano.inference import AnsweredFromCache
from arcano.platform.secrets.texts import Texts, texts_of
from arcano.providers import TokenUsage

_TURN_COLUMNS = (
    TURNS.c.id,
    TURNS.c.conversation_id,
    TURNS.c.owner_id,
    TURNS.c.asked_by,
    TURNS.c.user_message_id,
    TURNS.c.assistant_message_id,
    TURNS.c.model,
    TURNS.c.parameters,
    TURNS.c.continues,
    TURNS.c.status,
    TURNS.c.last_sequence,
    TURNS.c.created_at,
    TURNS.c.ended_at,
    TURNS.c.failure,
    TURNS.c.context,
)
_ONE = (
    select(*_TURN_COLUMNS)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
    .where(
        TURNS.c.id == bindparam("id"),
        TURNS.c.owner_id == bindparam("viewer"),
        CONVERSATIONS.c.deleted_at.is_(None),
    )
)
_PLACE = (
    select(CONVERSATIONS.c.head_id, CONVERSATIONS.c.title, TURNS.c.request_digest, *_TURN_COLUMNS)
    .outerjoin_from(
        CONVERSATIONS,
        TURNS,
        and_(
            TURNS.c.conversation_id == CONVERSATIONS.c.id,
            TURNS.c.client_message_id == bindparam("client_message_id"),
        ),
    )
    .where(
        CONVERSATIONS.c.id == bindparam("conversation"),
        CONVERSATIONS.c.owner_id == bindparam("viewer"),
        CONVERSATIONS.c.deleted_at.is_(None),
    )
)
_ADD_TURN = insert(TURNS)
_ABOVE = MESSAGES.alias()
_ADD_MESSAGES = insert(MESSAGES).values(
    depth=func.coalesce(
        select(_ABOVE.c.depth).where(_ABOVE.c.id == bindparam("above")).scalar_subquery(), 0
    )
    + 1
)
_MOVE_HEAD = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("conversation"))
    .values(head_id=bindparam("head"), updated_at=bindparam("now"), title=bindparam("new_title"))
)
_RESUME_MESSAGE = (
    update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("message"))
    .values(
        status="running",
        turn_id=bindparam("turn"),
        model=bindparam("new_model"),
        failure=None,
        finish_reason=None,
    )
)
_ADD_THOUGHTS = insert(THOUGHTS)
# Nothing where the turn is gone: what was deleted under its writer must not keep others from being stored.
_ADD_STRETCH = insert(TURN_EVENTS).from_select(
    ["turn_id", "first_sequence", "events"],
    select(
        TURNS.c.id,
        bindparam("first_sequence", type_=Integer),
        bindparam("events", type_=LargeBinary),
    ).where(TURNS.c.id == bindparam("turn_id")),
)
_STRETCHES = (
    select(TURN_EVENTS.c.first_sequence, TURN_EVENTS.c.events)
    .where(TURN_EVENTS.c.turn_id == bindparam("turn"))
    .order_by(TURN_EVENTS.c.first_sequence)
)
_DROP_STRETCHES = delete(TURN_EVENTS).where(TURN_EVENTS.c.turn_id == bindparam("turn"))
_END_TURN = (
    update(TURNS)
    .where(TURNS.c.id == bindparam("turn"), TURNS.c.status == "running")
    .values(
        status=bindparam("new_status"),
        last_sequence=bindparam("last"),
        ended_at=bindparam("now"),
        failure=bindparam("new_failure"),
        context=bindparam("new_context"),
    )
)
_END_MESSAGE = (
    update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("message"))
    .values(
        status=bindparam("new_status"),
        content=bindparam("new_content"),
        reasoning=bindparam("new_reasoning"),
        failure=bindparam("new_failure"),
        usage=bindparam("new_usage"),
        finish_reason=bindparam("new_reason"),
        answered_by=bindparam("new_answered_by"),
        from_cache=bindparam("new_from_cache"),
        context=bindparam("new_left_out"),
    )
)
_RENEW = (
    update(TURNS)
    .where(TURNS.c.runner_id == bindparam("runner"), TURNS.c.status == "running")
    .values(lease_until=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A new turn with what only its row needs."""

    turn: Turn
    client_message_id: str
    request_digest: bytes
    runner_id: str
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks, and the answer it follows (None at the beginning)."""

    text: str
    parent_id: MessageId | None


@dataclass(frozen=True, slots=True)
class Showing:
    """What a conversation shows: the end of a branch, and a title."""

    head_id: MessageId | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question goes: what its conversation shows, and what was sent under the same id before.

    `sent_before` is the turn and the digest of the request that began it.
    """

    shown: Showing
    sent_before: tuple[Turn, bytes] | None


@dataclass(frozen=True, slots=True)
class Ending:
    """All that is written when a turn ends. `entries` is the whole log, closing event included."""

    status: Status
    text: str
    reasoning: str | None
    usage: TokenUsage | None
    failure: Failure | None
    finish_reason: str | None
    answered_by: AnsweredBy | None
    entries: list[Entry]
    ended_at: datetime
    from_cache: AnsweredFromCache | None = None
    context: ContextRead | None = None
    thoughts: Sequence[Thought] = ()


class TurnRepository:
    """The turns of one viewer, inside one unit of work."""

    def __init__(self, connection: Connection, viewer: UserId) -> None:
        self._connection = connection
        self._viewer = viewer
        self._texts = texts_of(connection)

    def one(self, turn_id: TurnId) -> Turn:
        """The turn.

        Raises:
            TurnNotFoundError: There is none for this viewer, or its conversation was deleted.
        """
        row = (
            self._connection.execute(_ONE, {"id": turn_id, "viewer": self._viewer})
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise TurnNotFoundError
        return turn_of(row, self._texts)

    def place(self, conversation_id: ConversationId, client_message_id: str) -> Place:
        """All that must be known to write a question.

        Raises:
            ConversationNotFoundError: There is none for this viewer.
        """
        row = (
            self._connection.execute(
                _PLACE,
                {
                    "conversation": conversation_id,
                    "client_message_id": client_message_id,
                    "viewer": self._viewer,
                },
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise ConversationNotFoundError
        before = None if row["id"] is None else (turn_of(row, self._texts), row["request_digest"])
        title = self._texts.read_or_none(row["title"], TITLE, conversation_id)
        return Place(Showing(row["head_id"], title), before)

    def events(self, turn_id: TurnId) -> list[Stretch]:
        """The stored log, whole."""
        self.one(turn_id)
        return stored_events(self._connection, turn_id)


def add_turn(
    connection: Connection, record: TurnRecord, *, question: Question | None, showing: Showing
) -> None:
    """Write a turn with the messages it makes: the question if there is one, and the answer to be."""
    turn, texts = record.turn, texts_of(connection)
    messages = [] if question is None else [_question_values(turn, question, texts)]
    if turn.continues:
        connection.execute(
            _RESUME_MESSAGE,
            {
                "message": turn.assistant_message_id,
                "turn": turn.id,
                "new_model": turn.model,
            },
        )
    else:
        messages.append(answer_values(turn))
    if messages:
        connection.execute(_ADD_MESSAGES, messages)
    connection.execute(_ADD_TURN, _turn_values(record, texts))
    connection.execute(
        _MOVE_HEAD,
        {
            "conversation": turn.conversation_id,
            "head": showing.head_id,
            "now": turn.created_at,
            "new_title": texts.kept_or_none(showing.title, TITLE, turn.conversation_id),
        },
    )


def add_stretches(connection: Connection, stretches: Iterable[tuple[TurnId, Stretch]]) -> None:
    """Store stretches of several logs at once; nothing of a turn that is not there any more."""
    texts = texts_of(connection)
    connection.execute(
        _ADD_STRETCH,
        [stretch_values(turn_id, stretch, texts) for turn_id, stretch in stretches],
    )


def end_turn(connection: Connection, turn: Turn, ending: Ending) -> None:
    """Give a turn its ending, in one transaction with the text.

    Raises:
        TurnEndedElsewhereError: It has one already. Nothing is changed.
    """
    texts, message_id = texts_of(connection), turn.assistant_message_id
    failure = None if ending.failure is None else json_text(asdict(ending.failure))
    ended = connection.execute(
        _END_TURN,
        {
            "turn": turn.id,
            "new_status": ending.status,
            "last": len(ending.entries),
            "now": ending.ended_at,
            "new_failure": texts.kept_or_none(failure, TURN_FAILURE, turn.id),
            "new_context": None if ending.context is None else json_text(asdict(ending.context)),
        },
    )
    if ended.rowcount == 0:
        raise TurnEndedElsewhereError("This turn has been given its ending by another process.")
    # The stretches stored on the way become one: compact, and never twice the same event.
    connection.execute(_DROP_STRETCHES, {"turn": turn.id})
    add_stretches(connection, [(turn.id, Stretch(1, ending.entries))])
    parts = [{"type": "text", "text": ending.text}] if ending.text else []
    connection.execute(
        _END_MESSAGE,
        {
            "message": message_id,
            "new_status": ending.status,
            "new_content": texts.kept(json_text(parts), CONTENT, message_id),
            "new_reasoning": texts.kept_or_none(ending.reasoning, REASONING, message_id),
            "new_failure": texts.kept_or_none(failure, MESSAGE_FAILURE, message_id),
            "new_usage": None if ending.usage is None else json_text(asdict(ending.usage)),
            "new_reason": ending.finish_reason,
            "new_answered_by": answerer_json(ending.answered_by),
            "new_from_cache": cache_json(ending.from_cache),
            "new_left_out": left_out_json(ending.context),
        },
    )
    if ending.thoughts:
        connection.execute(_ADD_THOUGHTS, thought_values(turn, ending.thoughts, texts))


def renew_leases(connection: Connection, runner_id: str, *, until: datetime) -> None:
    """Say that this process is alive and still writes its turns."""
    connection.execute(_RENEW, {"runner": runner_id, "until": until})


def abandoned_turns(connection: Connection, *, runner_id: str, now: datetime | None) -> list[Turn]:
    """Running turns whose process has gone.

    `now` None means: every process but this one is known to be gone.
    """
    query = select(*_TURN_COLUMNS).where(
        TURNS.c.status == "running", TURNS.c.runner_id != runner_id
    )
    if now is not None:
        query = query.where(TURNS.c.lease_until < now)
    texts = texts_of(connection)
    return [turn_of(row, texts) for row in connection.execute(query).mappings()]


def stored_events(connection: Connection, turn_id: TurnId) -> list[Stretch]:
    texts = texts_of(connection)
    return [
        Stretch(
            first,
            [entry(line) for line in texts.read_bytes(events, EVENTS, turn_id, first).split(b"\n")],
        )
        for first, events in connection.execute(_STRETCHES, {"turn": turn_id})
    ]


def kept_words(connection: Connection, message_id: MessageId) -> KeptWords:
    """What the message of a running turn held before it."""
    row = connection.execute(
        select(MESSAGES.c.content, MESSAGES.c.reasoning).where(MESSAGES.c.id == message_id)
    ).one()
    texts = texts_of(connection)
    parts = orjson.loads(texts.read(row.content, CONTENT, message_id))
    reasoning = texts.read_or_none(row.reasoning, REASONING, message_id)
    return KeptWords("".join(part["text"] for part in parts), reasoning)


def _question_values(turn: Turn, question: Question, texts: Texts) -> dict[str, Any]:
    content = json_text([asdict(ContentPart(question.text))])
    return {
        **answer_values(turn),
        "id": turn.user_message_id,
        "parent_id": question.parent_id,
        "above": question.parent_id,
        "role": "user",
        "content": texts.kept(content, CONTENT, turn.user_message_id),
        "status": "finished",
        "model": None,
        "turn_id": None,
    }


def _turn_values(record: TurnRecord, texts: Texts) -> dict[str, Any]:
    turn = record.turn
    given = {
        name: value for name, value in asdict(turn.parameters).items() if value not in (None, ())
    }
    if turn.answer_schema is not None:
        given["json_schema"] = turn.answer_schema.schema
    return {
        "id": turn.id,
        "conversation_id": turn.conversation_id,
        "owner_id": turn.owner_id,
        "asked_by": turn.asked_by,
        "user_message_id": turn.user_message_id,
        "assistant_message_id": turn.assistant_message_id,
        "client_message_id": record.client_message_id,
        "request_digest": record.request_digest,
        "model": turn.model,
        "parameters": texts.kept(json_text(given), PARAMETERS, turn.id),
        "continues": turn.continues,
        "status": turn.status,
        "last_sequence": turn.last_sequence,
        "created_at": turn.created_at,
        "ended_at": None,
        "failure": None,
        "runner_id": record.runner_id,
        "lease_until": record.lease_until,
    }

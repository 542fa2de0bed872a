"""Conversations and their messages, as one person may see them.

Made for one viewer, so that forgetting to filter by owner is not possible. Statements are built once:
building them costs more than running them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, text, update

from arcano.chat.domain import (
    Answerer,
    Asker,
    ContentPart,
    ContextPolicy,
    Conversation,
    ConversationId,
    Failure,
    FromCache,
    LeftOut,
    Message,
    MessageId,
    PathMessage,
    TurnId,
    text_of,
)
from arcano.chat.errors import ConversationNotFoundError, MessageNotFoundError
from arcano.chat.sealed import (
    CONTENT,
    MESSAGE_FAILURE,
    REASONING,
    THOUGHT_PROOF,
    THOUGHT_TEXT,
    TITLE,
)
from arcano.chat.tables import CONVERSATIONS, MESSAGES, THOUGHTS, TURNS
from arcano.chat.thoughts import Thought
from arcano.identity import GrantRepository, UserId, names_of
from arcano.platform.secrets.texts import Texts, texts_of
from arcano.providers import Seal, TokenUsage

GONE = "Somebody who left"
"""Who asked, once there is no such person."""

_COLUMNS = (
    CONVERSATIONS.c.id,
    CONVERSATIONS.c.title,
    CONVERSATIONS.c.created_at,
    CONVERSATIONS.c.updated_at,
    CONVERSATIONS.c.head_id,
    CONVERSATIONS.c.context_policy,
    CONVERSATIONS.c.summary_model,
)
_VISIBLE = select(*_COLUMNS).where(
    CONVERSATIONS.c.owner_id == bindparam("viewer"), CONVERSATIONS.c.deleted_at.is_(None)
)
_ONE = _VISIBLE.where(CONVERSATIONS.c.id == bindparam("id"))
_ONE_DELETED = select(CONVERSATIONS.c.id).where(
    CONVERSATIONS.c.owner_id == bindparam("viewer"),
    CONVERSATIONS.c.deleted_at.is_not(None),
    CONVERSATIONS.c.id == bindparam("id"),
)
_NEWEST = _VISIBLE.order_by(CONVERSATIONS.c.updated_at.desc(), CONVERSATIONS.c.id.desc()).limit(
    bindparam("limit")
)
_RUNNING = select(TURNS.c.conversation_id, TURNS.c.id).where(
    TURNS.c.owner_id == bindparam("viewer"), TURNS.c.status == "running"
)
_ADD = insert(CONVERSATIONS)

_MESSAGE_COLUMNS = tuple(MESSAGES.c)
_MESSAGES = select(*_MESSAGE_COLUMNS).where(MESSAGES.c.conversation_id == bindparam("conversation"))
_ALL_NEWEST = _MESSAGES.order_by(MESSAGES.c.id.desc()).limit(bindparam("limit"))
_ALL_BEFORE = _ALL_NEWEST.where(MESSAGES.c.id < bindparam("before"))
_ROLE = select(MESSAGES.c.role).where(
    MESSAGES.c.conversation_id == bindparam("conversation"), MESSAGES.c.id == bindparam("message")
)
# Sorted afterwards: asked for in order, SQLite walks the whole conversation by another index.
_SIBLINGS = select(MESSAGES.c.id, MESSAGES.c.parent_id).where(
    MESSAGES.c.conversation_id == bindparam("conversation")
)

# By turn and not by place alone: what continues an answer comes after what was cut off.
_THOUGHTS = (
    select(THOUGHTS)
    .where(THOUGHTS.c.message_id.in_(bindparam("answers", expanding=True)))
    .order_by(THOUGHTS.c.turn_id, THOUGHTS.c.ordinal)
)

# The path from a leaf towards the root, lazily: SQLite and PostgreSQL stop walking at the limit.
# Columns by name: in the table they stand in the order in which migrations added them.
_PATH = text(
    """
    WITH RECURSIVE path AS (
        SELECT m.*, 1 AS step FROM messages m
        WHERE m.id = :leaf AND m.conversation_id = :conversation
        UNION ALL
        SELECT m.*, path.step + 1 FROM messages m JOIN path ON m.id = path.parent_id
        WHERE path.step < :limit
    )
    SELECT * FROM path ORDER BY step
    """
).columns(**{column.name: column.type for column in _MESSAGE_COLUMNS})

_SHOWN = text(
    """
    WITH RECURSIVE path AS (
        SELECT m.id, m.parent_id FROM conversations c JOIN messages m ON m.id = c.head_id
        WHERE c.id = :conversation
        UNION ALL
        SELECT m.id, m.parent_id FROM messages m JOIN path ON m.id = path.parent_id
    )
    SELECT id FROM path
    """
)

_THIS_ONES = TURNS.c.conversation_id == bindparam("conversation")
_BY_OTHERS = TURNS.c.asked_by.is_not(None)
# A question is whose its first turn is: others may have it answered again.
_FIRST_TURNS = (
    select(func.min(TURNS.c.id))
    .where(
        _THIS_ONES,
        TURNS.c.user_message_id.in_(select(TURNS.c.user_message_id).where(_THIS_ONES, _BY_OTHERS)),
    )
    .group_by(TURNS.c.user_message_id)
)
_ASKED_BY_OTHERS = select(TURNS.c.user_message_id, TURNS.c.asked_by).where(
    TURNS.c.id.in_(_FIRST_TURNS), _BY_OTHERS
)

_NEWEST_BELOW = text(
    """
    WITH RECURSIVE below AS (
        SELECT id FROM messages WHERE id = :message AND conversation_id = :conversation
        UNION ALL
        SELECT m.id FROM messages m JOIN below ON m.parent_id = below.id
        WHERE m.conversation_id = :conversation
    )
    SELECT max(id) FROM below
    """
)


class ConversationRepository:
    """What one viewer has said and heard, inside one unit of work."""

    def __init__(self, connection: Connection, viewer: UserId) -> None:
        self._connection = connection
        self._viewer = viewer
        self._texts = texts_of(connection)

    def one(self, conversation_id: ConversationId) -> Conversation:
        """The conversation.

        Raises:
            ConversationNotFoundError: There is none for this viewer.
        """
        return self._conversations([self._row(conversation_id)])[0]

    def newest(
        self, *, before: tuple[datetime, ConversationId] | None, limit: int
    ) -> list[Conversation]:
        """Those changed last, or those changed before a given one; newest first."""
        if before is None:
            return self._conversations(self._rows(_NEWEST, limit=limit))
        moment, identifier = before
        older = _NEWEST.where(
            (CONVERSATIONS.c.updated_at < moment)
            | ((CONVERSATIONS.c.updated_at == moment) & (CONVERSATIONS.c.id < identifier))
        )
        return self._conversations(self._rows(older, limit=limit))

    def add(self, conversation: Conversation) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": conversation.id,
                "owner_id": self._viewer,
                "title": self._texts.kept_or_none(conversation.title, TITLE, conversation.id),
                "created_at": conversation.created_at,
                "updated_at": conversation.updated_at,
                "head_id": None,
                "deleted_at": None,
                "context_policy": conversation.context_policy.name,
                "summary_model": conversation.context_policy.model,
            },
        )

    def head(self, conversation_id: ConversationId) -> MessageId | None:
        """The last message of the branch that is shown.

        Raises:
            ConversationNotFoundError: There is none for this viewer.
        """
        return self._row(conversation_id)["head_id"]

    def context_policy(self, conversation_id: ConversationId) -> ContextPolicy:
        """What happens when it is longer than a model can read.

        Raises:
            ConversationNotFoundError: There is none for this viewer.
        """
        return _policy(self._row(conversation_id))

    def role_of(self, conversation_id: ConversationId, message_id: MessageId) -> str:
        """Whose message this is.

        Raises:
            MessageNotFoundError: It is not in this conversation, or that is not the viewer's.
        """
        self._row(conversation_id)
        role = self._connection.scalar(
            _ROLE, {"conversation": conversation_id, "message": message_id}
        )
        if role is None:
            raise MessageNotFoundError
        return role

    def change(self, conversation_id: ConversationId, **fields: str | None) -> None:
        """Set `title`, or choose by `head_id` the branch that is shown: any message on it will do. Nothing else changes."""
        self._row(conversation_id)
        if head_id := fields.get("head_id"):
            fields["head_id"] = self._leaf(conversation_id, MessageId(head_id))
        if title := fields.get("title"):
            fields["title"] = self._texts.kept(title, TITLE, conversation_id)
        if not fields:
            return
        self._connection.execute(
            update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id).values(**fields)
        )

    def mark_deleted(self, conversation_id: ConversationId, *, now: datetime) -> None:
        self._row(conversation_id)
        self._connection.execute(
            update(CONVERSATIONS)
            .where(CONVERSATIONS.c.id == conversation_id)
            .values(deleted_at=now)
        )

    def restore(self, conversation_id: ConversationId) -> None:
        if not self._rows(_ONE_DELETED, id=conversation_id):
            raise ConversationNotFoundError
        self._connection.execute(
            update(CONVERSATIONS)
            .where(CONVERSATIONS.c.id == conversation_id)
            .values(deleted_at=None)
        )

    def message(self, message_id: MessageId) -> Message:
        """Any message of the viewer.

        Raises:
            MessageNotFoundError: There is none for this viewer.
        """
        found = self._connection.execute(
            select(*_MESSAGE_COLUMNS)
            .join(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation_id)
            .where(
                MESSAGES.c.id == message_id,
                CONVERSATIONS.c.owner_id == self._viewer,
                CONVERSATIONS.c.deleted_at.is_(None),
            )
        )
        row = found.mappings().one_or_none()
        if row is None:
            raise MessageNotFoundError
        return self._messages([row])[0]

    def tree(
        self, conversation_id: ConversationId, *, before: MessageId | None, limit: int
    ) -> list[Message]:
        """All messages, on whatever branch, newest first."""
        self._row(conversation_id)
        if before is None:
            return self._messages(self._messages_rows(_ALL_NEWEST, conversation_id, limit=limit))
        return self._messages(
            self._messages_rows(_ALL_BEFORE, conversation_id, limit=limit, before=before)
        )

    def branch(
        self,
        conversation_id: ConversationId,
        *,
        through: MessageId | None,
        before: MessageId | None,
        limit: int,
    ) -> list[Message]:
        """One path, from its newest message towards the root.

        `through` names a message on it; None means the path that the conversation shows. `before`
        names the last message of the page before.
        """
        head_id = self.head(conversation_id)
        page: Sequence[RowMapping] = []
        if before is not None:
            page = self._path(conversation_id, before, limit=limit + 1)[1:]
        elif through is not None:
            page = self._path(conversation_id, self._leaf(conversation_id, through), limit=limit)
        elif head_id is not None:
            page = self._path(conversation_id, head_id, limit=limit)
        return self._messages(page)

    def shown(self, conversation_id: ConversationId) -> frozenset[MessageId]:
        """The ids of all messages of the branch that is shown.

        Raises:
            ConversationNotFoundError: There is none for this viewer.
        """
        self._row(conversation_id)
        ids = self._connection.scalars(_SHOWN, {"conversation": conversation_id})
        return frozenset(map(MessageId, ids))

    def path(
        self, conversation_id: ConversationId, leaf: MessageId, *, limit: int
    ) -> list[PathMessage]:
        """The messages from `leaf` towards the root, for a model to read."""
        rows = self._path(conversation_id, leaf, limit=limit)
        thoughts = self._thoughts([row["id"] for row in rows if row["role"] == "assistant"])
        return [
            PathMessage(
                row["id"],
                row["role"],
                text_of(_content(self._texts.read(row["content"], CONTENT, row["id"]))),
                row["parent_id"],
                row["depth"],
                tuple(thoughts[row["id"]]),
                is_running=row["status"] == "running",
            )
            for row in rows
        ]

    def _thoughts(self, answers: list[MessageId]) -> defaultdict[MessageId, list[Thought]]:
        found: defaultdict[MessageId, list[Thought]] = defaultdict(list)
        if answers:
            for row in self._connection.execute(_THOUGHTS, {"answers": answers}):
                proof = self._texts.read(row.proof, THOUGHT_PROOF, row.turn_id, row.ordinal)
                text = self._texts.read(row.text, THOUGHT_TEXT, row.turn_id, row.ordinal)
                seal = Seal(row.vendor, proof, row.made_by)
                found[row.message_id].append(Thought(seal, text, row.at, row.on_text))
        return found

    def _leaf(self, conversation_id: ConversationId, through: MessageId) -> MessageId:
        leaf = self._connection.scalar(
            _NEWEST_BELOW, {"message": through, "conversation": conversation_id}
        )
        if leaf is None:
            raise MessageNotFoundError
        return MessageId(leaf)

    def _path(
        self, conversation_id: ConversationId, leaf: MessageId, *, limit: int
    ) -> Sequence[RowMapping]:
        return (
            self._connection.execute(
                _PATH, {"leaf": leaf, "conversation": conversation_id, "limit": limit}
            )
            .mappings()
            .all()
        )

    def _row(self, conversation_id: ConversationId) -> RowMapping:
        rows = self._rows(_ONE, id=conversation_id)
        if not rows:
            raise ConversationNotFoundError
        return rows[0]

    def _rows(self, statement: Any, **values: Any) -> Sequence[RowMapping]:  # noqa: ANN401 - any select
        return (
            self._connection.execute(statement, {"viewer": self._viewer, **values}).mappings().all()
        )

    def _messages_rows(
        self,
        statement: Any,  # noqa: ANN401 - any select of messages
        conversation_id: ConversationId,
        **values: Any,  # noqa: ANN401
    ) -> Sequence[RowMapping]:
        parameters = {"conversation": conversation_id, **values}
        return self._connection.execute(statement, parameters).mappings().all()

    def _conversations(self, rows: Sequence[RowMapping]) -> list[Conversation]:
        running: defaultdict[str, list[TurnId]] = defaultdict(list)
        for row in self._rows(_RUNNING):
            running[row["conversation_id"]].append(row["id"])
        shared = GrantRepository(self._connection, "conversation").granted_of(
            [row["id"] for row in rows]
        )
        return [
            Conversation(
                id=row["id"],
                title=self._texts.read_or_none(row["title"], TITLE, row["id"]),
                created_at=row["created_at"],
                updated_at=row["updated_at"],
                head_id=row["head_id"],
                running_turn_ids=tuple(running[row["id"]]),
                context_policy=_policy(row),
                is_shared=row["id"] in shared,
            )
            for row in rows
        ]

    def _messages(self, rows: Sequence[RowMapping]) -> list[Message]:
        """Messages with their siblings, in one further query however many they are."""
        if not rows:
            return []
        conversation_id = rows[0]["conversation_id"]
        parents = {row["parent_id"] for row in rows}
        named = MESSAGES.c.parent_id.in_([parent for parent in parents if parent])
        condition = named | MESSAGES.c.parent_id.is_(None) if None in parents else named
        siblings: defaultdict[str | None, list[MessageId]] = defaultdict(list)
        for row in self._messages_rows(_SIBLINGS.where(condition), conversation_id):
            siblings[row["parent_id"]].append(row["id"])
        askers = self._askers(conversation_id)
        return [
            _message(
                row,
                tuple(sorted(siblings[row["parent_id"]])),
                self._texts,
                askers.get(row["id"]),
            )
            for row in rows
        ]

    def _askers(self, conversation_id: ConversationId) -> dict[MessageId, Asker]:
        """Who wrote which question of a conversation, where it was not its owner."""
        rows = self._connection.execute(_ASKED_BY_OTHERS, {"conversation": conversation_id}).all()
        if not rows:
            return {}
        names = names_of(self._connection, {UserId(row.asked_by) for row in rows})
        return {
            row.user_message_id: Asker(row.asked_by, names.get(row.asked_by, GONE)) for row in rows
        }


def purge_deleted(connection: Connection, *, before: datetime, at_most: int) -> int:
    """Really delete some of what was marked deleted before that time, with all that hangs on it. Returns how many."""
    old = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.deleted_at < before).limit(at_most)
    gone = connection.scalars(
        delete(CONVERSATIONS).where(CONVERSATIONS.c.id.in_(old)).returning(CONVERSATIONS.c.id)
    ).all()
    if gone:
        GrantRepository(connection, "conversation").remove_all_of(gone)
    return len(gone)


def _message(
    row: RowMapping, sibling_ids: tuple[MessageId, ...], texts: Texts, asker: Asker | None
) -> Message:
    failed = texts.read_or_none(row["failure"], MESSAGE_FAILURE, row["id"])
    failure = orjson.loads(failed) if failed else None
    usage = orjson.loads(row["usage"]) if row["usage"] else None
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        role=row["role"],
        content=_content(texts.read(row["content"], CONTENT, row["id"])),
        status=row["status"],
        model=row["model"],
        created_at=row["created_at"],
        turn_id=row["turn_id"],
        sibling_ids=sibling_ids,
        reasoning=texts.read_or_none(row["reasoning"], REASONING, row["id"]),
        failure=Failure(**failure) if failure else None,
        usage=TokenUsage(**usage) if usage else None,
        finish_reason=row["finish_reason"],
        answered_by=Answerer(**orjson.loads(row["answered_by"])) if row["answered_by"] else None,
        from_cache=_from_cache(row["from_cache"]),
        left_out=LeftOut(**orjson.loads(row["context"])) if row["context"] else None,
        asked_by=asker,
    )


def _from_cache(stored: str | None) -> FromCache | None:
    if stored is None:
        return None
    told = orjson.loads(stored)
    return FromCache(datetime.fromisoformat(told["at"]), told["kind"], told["saved_tokens"])


def _policy(row: RowMapping) -> ContextPolicy:
    return ContextPolicy(row["context_policy"], row["summary_model"])


def _content(stored: str) -> tuple[ContentPart, ...]:
    return tuple(ContentPart(part["text"]) for part in orjson.loads(stored))

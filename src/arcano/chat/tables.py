"""Rows of conversations, messages, turns and their events."""

from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Named,
    Table,
    TypedColumns,
    UniqueConstraint,
    text,
)

from arcano.platform.secrets.columns import DELETE_ROW, text_at_rest
from arcano.platform.tables import METADATA, UtcTime


class ConversationColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    owner_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Named[str | None] = Column(info=text_at_rest())
    created_at: Named[datetime] = Column(UtcTime)
    updated_at: Named[datetime] = Column(UtcTime)
    head_id: Named[str | None]
    deleted_at: Named[datetime | None] = Column(UtcTime)
    context_policy: Named[str] = Column(server_default="slide")
    summary_model: Named[str | None]
    """Who summarises under the policy `summarise`; null: whoever answers."""


CONVERSATIONS = Table(
    "conversations",
    METADATA,
    ConversationColumns,
    Index("ix_conversations_owner", "owner_id", "updated_at", "id"),
)


class MessageColumns(TypedColumns):
    """Append-only. Only a running answer changes: once, when its turn ends."""

    id: Named[str] = Column(primary_key=True)
    conversation_id: Named[str] = Column(ForeignKey("conversations.id", ondelete="CASCADE"))
    parent_id: Named[str | None]
    depth: Named[int]
    """How many messages the path from the root to this one has, itself included."""
    role: Named[str]
    content: Named[str] = Column(info=text_at_rest(lost="[]"))
    """JSON: a list of parts."""
    reasoning: Named[str | None] = Column(info=text_at_rest())
    status: Named[str]
    model: Named[str | None]
    created_at: Named[datetime] = Column(UtcTime)
    turn_id: Named[str | None]
    finish_reason: Named[str | None]
    answered_by: Named[str | None]
    """JSON: model, target, variant; null where the model that was asked for answered."""
    from_cache: Named[str | None]
    """JSON: at, kind, saved_tokens; null where it was asked for."""
    failure: Named[str | None] = Column(info=text_at_rest())
    """JSON: code, message, retryable."""
    usage: Named[str | None]
    """JSON: token counts."""
    context: Named[str | None]
    """JSON: what of the conversation the model was not shown word by word; null: it read all."""


MESSAGES = Table(
    "messages",
    METADATA,
    MessageColumns,
    Index("ix_messages_conversation", "conversation_id", "id"),
    Index("ix_messages_parent", "conversation_id", "parent_id"),
)


class ThoughtColumns(TypedColumns):
    """A vendor's seal with what it seals of an answer. Never changed; read when a model is asked again."""

    turn_id: Named[str] = Column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Named[int] = Column(primary_key=True)
    message_id: Named[str] = Column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    vendor: Named[str]
    made_by: Named[str]
    proof: Named[str] = Column(info=text_at_rest(lost=DELETE_ROW))
    text: Named[str] = Column(info=text_at_rest(lost=DELETE_ROW))
    at: Named[int]
    """How many characters of the answer stood when it came."""
    on_text: Named[int | None]
    """How many of them it seals; null where it seals the thinking in `text`."""


THOUGHTS = Table("thoughts", METADATA, ThoughtColumns)


class TurnColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    conversation_id: Named[str] = Column(ForeignKey("conversations.id", ondelete="CASCADE"))
    owner_id: Named[str]
    """The conversation's owner."""
    asked_by: Named[str | None]
    """Who asked; null: the owner."""
    user_message_id: Named[str]
    assistant_message_id: Named[str]
    client_message_id: Named[str]
    request_digest: Named[bytes] = Column(LargeBinary)
    model: Named[str]
    parameters: Named[str] = Column(info=text_at_rest(lost="{}"))
    """JSON: temperature, top_p, max_tokens, stop, seed, reasoning_effort, json_schema; what was given."""
    continues: Named[bool]
    status: Named[str]
    last_sequence: Named[int]
    created_at: Named[datetime] = Column(UtcTime)
    ended_at: Named[datetime | None] = Column(UtcTime)
    failure: Named[str | None] = Column(info=text_at_rest())
    """JSON: code, message, retryable."""
    runner_id: Named[str]
    lease_until: Named[datetime] = Column(UtcTime)
    context: Named[str | None]
    """JSON: what the model was given to read, part by part in tokens; null until the turn has ended."""


TURNS = Table(
    "turns",
    METADATA,
    TurnColumns,
    UniqueConstraint("conversation_id", "client_message_id"),
    Index(
        "ix_turns_running",
        "owner_id",
        "conversation_id",
        sqlite_where=text("status = 'running'"),
    ),
)


class ContextSummaryColumns(TypedColumns):
    """What was said on a branch up to a message, in a model's words, for a model to read instead."""

    id: Named[str] = Column(primary_key=True)
    conversation_id: Named[str] = Column(ForeignKey("conversations.id", ondelete="CASCADE"))
    through_message_id: Named[str]
    depth: Named[int]
    """That of the last message it speaks of."""
    summarised: Named[int]
    dropped: Named[int]
    """How many messages before it were too many to be read by whoever summarised."""
    text: Named[str] = Column(info=text_at_rest(lost=DELETE_ROW))
    model: Named[str]
    created_at: Named[datetime] = Column(UtcTime)


CONTEXT_SUMMARIES = Table(
    "context_summaries",
    METADATA,
    ContextSummaryColumns,
    Index("ix_context_summaries_conversation", "conversation_id", "depth"),
)


class TurnEventsColumns(TypedColumns):
    """A stretch of a turn's event log: consecutive events as lines of JSON."""

    turn_id: Named[str] = Column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    first_sequence: Named[int] = Column(primary_key=True)
    events: Named[bytes] = Column(LargeBinary, info=text_at_rest(lost=DELETE_ROW))


TURN_EVENTS = Table("turn_events", METADATA, TurnEventsColumns)


class LookColumns(TypedColumns):
    """Somebody looked into a person's conversations. For the person; the audit trail has a row of its own."""

    id: Named[str] = Column(primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"))
    """Whose conversations they are."""
    looker_id: Named[str]
    looker_name: Named[str]
    """As it was then."""
    conversation_id: Named[str | None]
    """Which one was read; null: they were listed."""
    reason: Named[str]
    looked_at: Named[datetime] = Column(UtcTime)
    seen_at: Named[datetime | None] = Column(UtcTime)
    """When the person took note of it."""


LOOKS = Table("looks", METADATA, LookColumns, Index("ix_looks_user", "user_id", "id"))


class RatingColumns(TypedColumns):
    """What one person thinks of an answer. Goes with the message, and with the person."""

    message_id: Named[str] = Column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    verdict: Named[str]
    """`up` or `down`."""
    reason: Named[str | None] = Column(info=text_at_rest())
    rated_at: Named[datetime] = Column(UtcTime)
    model: Named[str]
    """What was asked for, and who wrote it: as the message says, here to be counted by."""
    target: Named[str]
    variant: Named[str]


RATINGS = Table(
    "ratings",
    METADATA,
    RatingColumns,
    # All that is counted stands in the index: the rows themselves are not read.
    Index("ix_ratings_rated_at", "rated_at", "model", "target", "variant", "verdict", "user_id"),
    Index("ix_ratings_user", "user_id", "rated_at"),
)

"""Rows of conversations, messages, turns and their events."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from arcano.platform.tables import Row


class ConversationRow(Row):
    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_owner", "owner_id", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    head_id: Mapped[str | None]
    deleted_at: Mapped[datetime | None]
    context_policy: Mapped[str] = mapped_column(server_default="slide")
    summary_model: Mapped[str | None]
    """Who summarises under the policy `summarise`; null: whoever answers."""


class MessageRow(Row):
    """Append-only. Only a running answer changes: once, when its turn ends."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_conversation", "conversation_id", "id"),
        Index("ix_messages_parent", "conversation_id", "parent_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None]
    depth: Mapped[int]
    """How many messages the path from the root to this one has, itself included."""
    role: Mapped[str]
    content: Mapped[str]
    """JSON: a list of parts."""
    reasoning: Mapped[str | None]
    status: Mapped[str]
    model: Mapped[str | None]
    created_at: Mapped[datetime]
    turn_id: Mapped[str | None]
    finish_reason: Mapped[str | None]
    answered_by: Mapped[str | None]
    """JSON: model, target, variant; null where the model that was asked for answered."""
    from_cache: Mapped[str | None]
    """JSON: at, kind, saved_tokens; null where it was asked for."""
    failure: Mapped[str | None]
    """JSON: code, message, retryable."""
    usage: Mapped[str | None]
    """JSON: token counts."""
    context: Mapped[str | None]
    """JSON: what of the conversation the model was not shown word by word; null: it read all."""


class ThoughtRow(Row):
    """A vendor's seal with what it seals of an answer. Never changed; read when a model is asked again."""

    __tablename__ = "thoughts"

    turn_id: Mapped[str] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True
    )
    vendor: Mapped[str]
    made_by: Mapped[str]
    proof: Mapped[str]
    text: Mapped[str]
    at: Mapped[int]
    """How many characters of the answer stood when it came."""
    on_text: Mapped[int | None]
    """How many of them it seals; null where it seals the thinking in `text`."""


class TurnRow(Row):
    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_message_id"),
        Index(
            "ix_turns_running",
            "owner_id",
            "conversation_id",
            sqlite_where=text("status = 'running'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    owner_id: Mapped[str]
    user_message_id: Mapped[str]
    assistant_message_id: Mapped[str]
    client_message_id: Mapped[str]
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    model: Mapped[str]
    parameters: Mapped[str]
    """JSON: temperature, top_p, max_tokens, stop, seed, reasoning_effort, json_schema; what was given."""
    continues: Mapped[bool]
    status: Mapped[str]
    last_sequence: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    """JSON: code, message, retryable."""
    runner_id: Mapped[str]
    lease_until: Mapped[datetime]
    context: Mapped[str | None]
    """JSON: what the model was given to read, part by part in tokens; null until the turn has ended."""


class ContextSummaryRow(Row):
    """What was said on a branch up to a message, in a model's words, for a model to read instead."""

    __tablename__ = "context_summaries"
    __table_args__ = (Index("ix_context_summaries_conversation", "conversation_id", "depth"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    through_message_id: Mapped[str]
    depth: Mapped[int]
    """That of the last message it speaks of."""
    summarised: Mapped[int]
    dropped: Mapped[int]
    """How many messages before it were too many to be read by whoever summarised."""
    text: Mapped[str]
    model: Mapped[str]
    created_at: Mapped[datetime]


class TurnEventsRow(Row):
    """A stretch of a turn's event log: consecutive events as lines of JSON."""

    __tablename__ = "turn_events"

    turn_id: Mapped[str] = mapped_column(
        ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True
    )
    first_sequence: Mapped[int] = mapped_column(primary_key=True)
    events: Mapped[bytes] = mapped_column(LargeBinary)

"""Rows of the ledger: one for each call."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Named, Table, TypedColumns

from arcano.platform.tables import METADATA, UtcTime


class LedgerColumns(TypedColumns):
    """As `CallRecord` says. Whoever is deleted leaves what was used, and no name."""

    id: Named[str] = Column(primary_key=True)
    began_at: Named[datetime] = Column(UtcTime)
    ended_at: Named[datetime] = Column(UtcTime)
    user_id: Named[str | None] = Column(ForeignKey("users.id", ondelete="SET NULL"))
    key_id: Named[str | None]
    group_ids: Named[str]
    """JSON: the groups that the person was in then."""
    door: Named[str]
    conversation_id: Named[str | None]
    message_id: Named[str | None]
    model: Named[str]
    target: Named[str | None]
    served_model: Named[str | None]
    variant: Named[str | None]
    input_tokens: Named[int | None] = Column(BigInteger)
    output_tokens: Named[int | None] = Column(BigInteger)
    cached_input_tokens: Named[int | None] = Column(BigInteger)
    cache_write_tokens: Named[int | None] = Column(BigInteger)
    reasoning_tokens: Named[int | None] = Column(BigInteger)
    estimated: Named[bool]
    estimated_input_tokens: Named[int] = Column(BigInteger)
    estimated_output_tokens: Named[int] = Column(BigInteger)
    cost_micros: Named[int | None] = Column(BigInteger)
    currency: Named[str | None]
    price_version: Named[str | None]
    latency_ms: Named[int]
    first_token_ms: Named[int | None]
    outcome: Named[str]
    error_code: Named[str | None]
    from_cache: Named[bool]


LEDGER = Table(
    "ledger",
    METADATA,
    LedgerColumns,
    Index("ix_ledger_user", "user_id", "ended_at"),
    Index("ix_ledger_ended_at", "ended_at"),
    Index("ix_ledger_message", "message_id"),
    Index("ix_ledger_conversation", "conversation_id"),
)

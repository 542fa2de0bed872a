"""Rows of batch jobs, and of the rows in them."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Named, Table, TypedColumns

from arcano.platform.secrets.columns import text_at_rest
from arcano.platform.tables import METADATA, UtcTime


class BatchColumns(TypedColumns):
    """`state` is a `BatchState`, or `receiving` until all rows are there, or `deleted` until they are gone."""

    id: Named[str] = Column(primary_key=True)
    owner_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Named[str] = Column(info=text_at_rest(lost="(lost)"))
    state: Named[str]
    input_format: Named[str]
    columns: Named[str] = Column(info=text_at_rest(lost="[]"))
    """JSON: a list of names."""
    row_count: Named[int]
    done_count: Named[int]
    failed_count: Named[int]
    input_tokens: Named[int] = Column(BigInteger)
    output_tokens: Named[int] = Column(BigInteger)
    cached_input_tokens: Named[int] = Column(BigInteger)
    reasoning_tokens: Named[int] = Column(BigInteger)
    rows_uncounted: Named[int]
    instructions: Named[str | None] = Column(info=text_at_rest())
    """JSON: model, template, system, parameters, answer_schema."""
    trouble: Named[str | None] = Column(info=text_at_rest())
    """JSON: code, message."""
    created_at: Named[datetime] = Column(UtcTime)
    started_at: Named[datetime | None] = Column(UtcTime)
    ended_at: Named[datetime | None] = Column(UtcTime)
    key_id: Named[str | None]
    """The key with which it was last set running; none where a person did."""
    runner_id: Named[str | None]
    lease_until: Named[datetime | None] = Column(UtcTime)


BATCHES = Table(
    "batches",
    METADATA,
    BatchColumns,
    Index("ix_batches_owner", "owner_id", "id"),
    Index("ix_batches_state", "state"),
)


class BatchRowColumns(TypedColumns):
    batch_id: Named[str] = Column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    number: Named[int] = Column(primary_key=True)
    input: Named[str] = Column(info=text_at_rest(lost="{}"))
    """JSON: an object, the values by column."""
    status: Named[str]
    answer: Named[str | None] = Column(info=text_at_rest())
    trouble: Named[str | None] = Column(info=text_at_rest())
    """JSON: code, message."""
    finish_reason: Named[str | None]
    model: Named[str | None]
    usage: Named[str | None]
    """JSON: token counts."""
    attempts: Named[int]


BATCH_ROWS = Table(
    "batch_rows",
    METADATA,
    BatchRowColumns,
    Index("ix_batch_rows_status", "batch_id", "status", "number"),
)

"""Rows of batch jobs, and of the rows in them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from arcano.platform.tables import Row


class BatchTableRow(Row):
    """`state` is a `BatchState`, or `receiving` until all rows are there, or `deleted` until they are gone."""

    __tablename__ = "batches"
    __table_args__ = (
        Index("ix_batches_owner", "owner_id", "id"),
        Index("ix_batches_state", "state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    state: Mapped[str]
    input_format: Mapped[str]
    columns: Mapped[str]
    """JSON: a list of names."""
    row_count: Mapped[int]
    done_count: Mapped[int]
    failed_count: Mapped[int]
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_input_tokens: Mapped[int] = mapped_column(BigInteger)
    reasoning_tokens: Mapped[int] = mapped_column(BigInteger)
    rows_uncounted: Mapped[int]
    instructions: Mapped[str | None]
    """JSON: model, template, system, parameters, answer_schema."""
    trouble: Mapped[str | None]
    """JSON: code, message."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    runner_id: Mapped[str | None]
    lease_until: Mapped[datetime | None]


class BatchRowTableRow(Row):
    __tablename__ = "batch_rows"
    __table_args__ = (Index("ix_batch_rows_status", "batch_id", "status", "number"),)

    batch_id: Mapped[str] = mapped_column(
        ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    input: Mapped[str]
    """JSON: an object, the values by column."""
    status: Mapped[str]
    answer: Mapped[str | None]
    trouble: Mapped[str | None]
    """JSON: code, message."""
    finish_reason: Mapped[str | None]
    model: Mapped[str | None]
    usage: Mapped[str | None]
    """JSON: token counts."""
    attempts: Mapped[int]

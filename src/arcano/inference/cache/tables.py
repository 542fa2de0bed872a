"""Rows of kept answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from arcano.platform.tables import Row


class CachedAnswerRow(Row):
    """One kept answer. It goes with the person who asked for it."""

    __tablename__ = "cached_answers"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    size_bytes: Mapped[int]
    kept_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
    """Coarse: moved with the next answer that is kept, not by each one who hears it."""

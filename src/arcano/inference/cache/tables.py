"""Rows of kept answers."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, Named, Table, TypedColumns

from arcano.platform.secrets.columns import DELETE_ROW, text_at_rest
from arcano.platform.tables import METADATA, UtcTime


class CachedAnswerColumns(TypedColumns):
    """One kept answer. It goes with the person who asked for it."""

    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    asked_by: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    body: Named[bytes] = Column(LargeBinary, info=text_at_rest(lost=DELETE_ROW))
    size_bytes: Named[int]
    kept_at: Named[datetime] = Column(UtcTime, index=True)
    used_at: Named[datetime] = Column(UtcTime, index=True)
    """Coarse: moved with the next answer that is kept, not by each one who hears it."""


CACHED_ANSWERS = Table("cached_answers", METADATA, CachedAnswerColumns)

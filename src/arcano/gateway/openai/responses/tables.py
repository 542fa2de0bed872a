"""Rows of stored responses."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Named, Table, TypedColumns

from arcano.platform.secrets.columns import DELETE_ROW, text_at_rest
from arcano.platform.tables import METADATA, UtcTime


class StoredResponseColumns(TypedColumns):
    """As `StoredResponse` says. Deleted with its person."""

    id: Named[str] = Column(primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"))
    previous_id: Named[str | None]
    created_at: Named[datetime] = Column(UtcTime)
    expires_at: Named[datetime] = Column(UtcTime)
    background: Named[bool]
    status: Named[str]
    sent: Named[str] = Column(info=text_at_rest(lost=DELETE_ROW))
    """JSON: the items that were sent."""
    whole: Named[str] = Column(info=text_at_rest(lost=DELETE_ROW))
    """JSON: the response, with all that is not shown."""
    stream: Named[bytes] = Column(LargeBinary, info=text_at_rest(lost=DELETE_ROW))
    """The events of one from the background."""


STORED_RESPONSES = Table(
    "stored_responses",
    METADATA,
    StoredResponseColumns,
    Index("ix_stored_responses_user", "user_id"),
    Index("ix_stored_responses_expires_at", "expires_at"),
)

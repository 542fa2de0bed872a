"""Rows of connections that people have made."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from arcano.platform.tables import Row


class ConnectionRow(Row):
    __tablename__ = "connections"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    base_url: Mapped[str]
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    models: Mapped[str | None]
    """JSON: a list of names, where the server cannot be asked for them."""
    created_at: Mapped[datetime]
    owner_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    """Whose own it is; null: the organisation's."""

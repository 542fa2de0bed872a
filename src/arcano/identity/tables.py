"""Rows of people and their sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from arcano.platform.tables import Row


class UserRow(Row):
    __tablename__ = "users"
    __table_args__ = (
        # However many race for it, the database lets one owner in.
        Index(
            "uq_users_one_owner",
            "role",
            unique=True,
            sqlite_where=text("role = 'owner'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    role: Mapped[str]
    created_at: Mapped[datetime]


class SessionRow(Row):
    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

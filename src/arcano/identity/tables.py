"""Rows of people and their sessions."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Named, Table, TypedColumns, text

from arcano.platform.tables import METADATA, UtcTime


class UserColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    email: Named[str] = Column(unique=True)
    name: Named[str]
    password_hash: Named[str | None]
    role: Named[str]
    created_at: Named[datetime] = Column(UtcTime)


USERS = Table(
    "users",
    METADATA,
    UserColumns,  # However many race for it, the database lets one owner in.
    Index(
        "uq_users_one_owner",
        "role",
        unique=True,
        sqlite_where=text("role = 'owner'"),
    ),
)


class SessionColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    token_digest: Named[bytes] = Column(LargeBinary, unique=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Named[datetime] = Column(UtcTime)
    expires_at: Named[datetime] = Column(UtcTime)


SESSIONS = Table("sessions", METADATA, SessionColumns)

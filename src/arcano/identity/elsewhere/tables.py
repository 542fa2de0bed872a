"""Rows of accounts elsewhere, and of sign-ins that were used up."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, Named, Table, TypedColumns, UniqueConstraint

from arcano.platform.secrets.columns import secret_at_rest
from arcano.platform.tables import METADATA, UtcTime


class LinkedAccountColumns(TypedColumns):
    issuer: Named[str] = Column(primary_key=True)
    subject: Named[str] = Column(primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider: Named[str]
    """The name in the settings; also the source of the memberships that it gives."""
    email: Named[str | None]
    linked_at: Named[datetime] = Column(UtcTime)
    last_used_at: Named[datetime] = Column(UtcTime)
    refresh_token_sealed: Named[bytes | None] = Column(LargeBinary, info=secret_at_rest())
    asked_at: Named[datetime] = Column(UtcTime, index=True)
    """When the provider was last asked about groups."""


LINKED_ACCOUNTS = Table(
    "linked_accounts",
    METADATA,
    LinkedAccountColumns,  # One of each provider, so that its memberships have one source.
    UniqueConstraint("provider", "user_id", name="uq_linked_accounts_provider_user_id"),
)


class UsedSignInColumns(TypedColumns):
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    expires_at: Named[datetime] = Column(UtcTime, index=True)


USED_SIGN_INS = Table("used_sign_ins", METADATA, UsedSignInColumns)
"""What was once good for one session, until it would be refused for its age anyway."""

"""Rows of accounts elsewhere and what providers said of roles, of sign-ins that were used up, and of providers set up."""

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


class ToldRoleColumns(TypedColumns):
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    source: Named[str] = Column(primary_key=True)
    """The provider that says so, as with memberships."""
    role: Named[str]
    """As `users` has it. Once that has another, somebody else decided since."""


TOLD_ROLES = Table("told_roles", METADATA, ToldRoleColumns)


class SignInProviderColumns(TypedColumns):
    name: Named[str] = Column(primary_key=True)
    settings: Named[str]
    """JSON: what was said of it, as in `arcano.toml`, without its secret."""
    client_secret_sealed: Named[bytes | None] = Column(LargeBinary, info=secret_at_rest())
    private_addresses: Named[bool]
    is_enabled: Named[bool]
    version: Named[int]
    created_at: Named[datetime] = Column(UtcTime)
    changed_at: Named[datetime] = Column(UtcTime)
    deleted_at: Named[datetime | None] = Column(UtcTime)
    """When it was deleted; for some time that can be undone."""
    memberships: Named[str]
    """JSON: the pairs of group and person that it had said before it was deleted."""
    roles: Named[str] = Column(server_default="[]")
    """JSON: the pairs of role and person, likewise."""
    set_up_by: Named[str | None]
    """Who made it what it is. It gives people no more than this person may give."""


SIGN_IN_PROVIDERS = Table("sign_in_providers", METADATA, SignInProviderColumns)


class UsedSignInColumns(TypedColumns):
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    expires_at: Named[datetime] = Column(UtcTime, index=True)


USED_SIGN_INS = Table("used_sign_ins", METADATA, UsedSignInColumns)
"""What was once good for one session, until it would be refused for its age anyway."""

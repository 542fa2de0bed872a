"""Rows of people, what they may do, and their sessions."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Named, Table, TypedColumns, text

from arcano.platform.secrets.columns import DELETE_ROW, secret_at_rest
from arcano.platform.tables import METADATA, UtcTime


class UserColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    email: Named[str] = Column(unique=True)
    name: Named[str]
    password_hash: Named[str | None]
    role: Named[str] = Column(index=True)
    """The name of a built-in role, or the id of one that was made."""
    created_at: Named[datetime] = Column(UtcTime)
    state: Named[str] = Column(server_default=text("'active'"))
    kind: Named[str] = Column(server_default=text("'person'"))
    epoch: Named[int] = Column(server_default=text("0"))


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


class RoleColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    name: Named[str] = Column(unique=True)
    permissions: Named[str]
    """A JSON array of names. A built-in role has a row only where it was changed."""


ROLES = Table("roles", METADATA, RoleColumns)


class GroupColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    name: Named[str] = Column(unique=True)
    description: Named[str]
    permissions: Named[str]
    """A JSON array of names: what its people have besides their role's."""
    models: Named[str] = Column(server_default="[]")
    """A JSON array of names in which `*` stands for anything: the models that it is for. Empty: it says nothing of models."""
    created_at: Named[datetime] = Column(UtcTime)


GROUPS = Table("groups", METADATA, GroupColumns)


class MembershipColumns(TypedColumns):
    group_id: Named[str] = Column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    user_id: Named[str] = Column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    source: Named[str] = Column(primary_key=True)
    """Who says so: `manual`, or the id of an identity provider. One is in a group as long as anybody says so."""


MEMBERSHIPS = Table("memberships", METADATA, MembershipColumns)


class GrantColumns(TypedColumns):
    kind: Named[str] = Column(primary_key=True)
    """Of what: `conversation`."""
    thing_id: Named[str] = Column(primary_key=True)
    grantee_kind: Named[str] = Column(primary_key=True)
    grantee_id: Named[str] = Column(primary_key=True)
    level: Named[str]
    granted_by: Named[str]
    granted_at: Named[datetime] = Column(UtcTime)


GRANTS = Table(
    "grants",
    METADATA,
    GrantColumns,
    Index("ix_grants_grantee", "grantee_kind", "grantee_id", "kind"),
)


class PolicyColumns(TypedColumns):
    name: Named[str] = Column(primary_key=True)
    value: Named[str]


POLICIES = Table("policies", METADATA, PolicyColumns)
"""What whoever administers the workspace has decided otherwise than by default; values are JSON."""


class SessionColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    token_digest: Named[bytes] = Column(LargeBinary, unique=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Named[datetime] = Column(UtcTime)
    expires_at: Named[datetime] = Column(UtcTime)
    epoch: Named[int] = Column(server_default=text("0"))
    """The person's epoch when it was opened; it is worth nothing once theirs is another."""
    seen_at: Named[datetime] = Column(UtcTime, server_default=text("0"))
    address: Named[str] = Column(server_default=text("''"))
    user_agent: Named[str] = Column(server_default=text("''"))
    proved_at: Named[datetime] = Column(UtcTime, server_default=text("0"))
    """When its person last showed that it is really them, by password, code or passkey."""


SESSIONS = Table("sessions", METADATA, SessionColumns)


class RefreshTokenColumns(TypedColumns):
    """A program's session is a row of `sessions`; these are the keys to it, of which only the newest opens."""

    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    session_id: Named[str] = Column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    made_at: Named[datetime] = Column(UtcTime)
    used_at: Named[datetime | None] = Column(UtcTime)


REFRESH_TOKENS = Table("refresh_tokens", METADATA, RefreshTokenColumns)


class SigningKeyColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    """The `kid` of what it signs."""
    key_sealed: Named[bytes] = Column(LargeBinary, info=secret_at_rest(lost=DELETE_ROW))
    made_at: Named[datetime] = Column(UtcTime)


SIGNING_KEYS = Table("signing_keys", METADATA, SigningKeyColumns)


class TotpColumns(TypedColumns):
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret_sealed: Named[bytes] = Column(LargeBinary, info=secret_at_rest(lost=DELETE_ROW))
    confirmed_at: Named[datetime | None] = Column(UtcTime)
    last_step: Named[int]
    """The step of the last code that was taken: none is taken twice."""


TOTP = Table("totp_secrets", METADATA, TotpColumns)


class RecoveryCodeColumns(TypedColumns):
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)


RECOVERY_CODES = Table("recovery_codes", METADATA, RecoveryCodeColumns)


class PasskeyColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Named[bytes] = Column(LargeBinary, unique=True)
    credential: Named[bytes] = Column(LargeBinary)
    """Attested credential data (WebAuthn, section 6.5.1): the public key with what it belongs to."""
    host: Named[str]
    """The relying party's id: under another address the browser does not offer it."""
    name: Named[str]
    made_at: Named[datetime] = Column(UtcTime)
    used_at: Named[datetime | None] = Column(UtcTime)
    sign_count: Named[int]


PASSKEYS = Table("passkeys", METADATA, PasskeyColumns)


class ChallengeColumns(TypedColumns):
    """Something that was asked of somebody and can be answered once, soon."""

    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Named[str]
    state: Named[str]
    """JSON: what must be known to check the answer."""
    expires_at: Named[datetime] = Column(UtcTime, index=True)


CHALLENGES = Table("challenges", METADATA, ChallengeColumns)


class ChangeColumns(TypedColumns):
    sequence: Named[int] = Column(primary_key=True, autoincrement=True)
    user_id: Named[str | None]
    """Whom it concerns; nobody named means everybody."""
    session_id: Named[str | None]
    """The one session that it concerns, or all of the person's."""
    thing_id: Named[str | None]
    """The one thing that it is about, where it is about what somebody has of it."""
    kind: Named[str]
    made_at: Named[datetime] = Column(UtcTime, index=True)


CHANGES = Table("identity_changes", METADATA, ChangeColumns, sqlite_autoincrement=True)
"""What other processes must hear within a second. Written with the change itself, forgotten after an hour."""

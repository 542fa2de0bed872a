"""Rows of links that let somebody in: invitations, and ways back for a forgotten password.

Only a digest of what stands in a link is kept, so that nobody who reads the database can use one.
"""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, Named, Table, TypedColumns

from arcano.platform.tables import METADATA, UtcTime


class InvitationColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    token_digest: Named[bytes] = Column(LargeBinary, unique=True)
    role: Named[str]
    groups: Named[str]
    """A JSON array of ids."""
    email: Named[str | None]
    """The only address that it is good for; null: whichever they give."""
    made_by: Named[str | None] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Null: they asked to register, and the policy invited them."""
    made_at: Named[datetime] = Column(UtcTime)
    expires_at: Named[datetime] = Column(UtcTime)
    used_at: Named[datetime | None] = Column(UtcTime)
    used_by: Named[str | None] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


INVITATIONS = Table("invitations", METADATA, InvitationColumns)


class PasswordResetColumns(TypedColumns):
    token_digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    made_by: Named[str | None] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Null: they asked for it themselves, by mail, or whoever holds the machine made it."""
    expires_at: Named[datetime] = Column(UtcTime)
    used_at: Named[datetime | None] = Column(UtcTime)


PASSWORD_RESETS = Table("password_resets", METADATA, PasswordResetColumns)

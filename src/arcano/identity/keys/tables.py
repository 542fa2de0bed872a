"""Rows of keys. What opens a key is a row of its own, because there are two of them while one replaces the other."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, Named, Table, TypedColumns

from arcano.platform.tables import METADATA, UtcTime


class ApiKeyColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """A person, or a service account."""
    name: Named[str]
    doors: Named[str]
    """A JSON array, as `models` and `addresses` are."""
    models: Named[str]
    addresses: Named[str]
    requests_per_minute: Named[int | None]
    tokens_per_minute: Named[int | None]
    concurrent: Named[int | None]
    created_at: Named[datetime] = Column(UtcTime)
    expires_at: Named[datetime | None] = Column(UtcTime)
    revoked_at: Named[datetime | None] = Column(UtcTime)


API_KEYS = Table("api_keys", METADATA, ApiKeyColumns)


class KeySecretColumns(TypedColumns):
    digest: Named[bytes] = Column(LargeBinary, primary_key=True)
    key_id: Named[str] = Column(ForeignKey("api_keys.id", ondelete="CASCADE"), index=True)
    hint: Named[str]
    made_at: Named[datetime] = Column(UtcTime)
    ends_at: Named[datetime | None] = Column(UtcTime)
    last_used_at: Named[datetime | None] = Column(UtcTime)


KEY_SECRETS = Table("key_secrets", METADATA, KeySecretColumns)

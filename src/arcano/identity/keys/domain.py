"""Keys, as those who look after them see them. The secret itself is in none of these."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from arcano.identity.domain import PersonKind, UserId
from arcano.identity.keys.scope import KeyScope

KeyState = Literal["active", "expired", "revoked"]

LONGEST_OVERLAP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeySecret:
    """One secret that opens a key, by the characters that it ends with."""

    hint: str
    made_at: datetime
    ends_at: datetime | None
    """When it opens nothing any more, because another took its place. None: it goes on."""
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key and whom it stands for. `secrets`, newest first: two where one is being replaced by another."""

    scope: KeyScope
    user_id: UserId
    owner_name: str
    owner_kind: PersonKind
    addresses: tuple[str, ...]
    """Networks from which it may be used, such as `10.0.0.0/8`; none: from anywhere."""
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    secrets: tuple[KeySecret, ...] = ()

    def state(self, now: datetime) -> KeyState:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"

    @property
    def last_used_at(self) -> datetime | None:
        used = [secret.last_used_at for secret in self.secrets if secret.last_used_at is not None]
        return max(used, default=None)

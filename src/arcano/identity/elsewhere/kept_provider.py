"""A provider that somebody has set up through the page, as it is kept beside those of the settings."""

from dataclasses import dataclass
from datetime import datetime

from arcano.identity.domain import UserId
from arcano.identity.elsewhere.settings import SignInProviderSettings

UNREADABLE = "Its secret cannot be read any more. Enter it again."


@dataclass(frozen=True, slots=True)
class KeptProvider:
    """One provider. `settings` hold its secret, unless that cannot be read: then `problem` says so and it lets nobody in."""

    name: str
    settings: SignInProviderSettings
    private_addresses: bool
    """Whether it may lead to this machine and its network."""
    is_enabled: bool
    version: int
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None = None
    problem: str | None = None
    set_up_by: UserId | None = None
    """Who made it what it is: it gives people no more than this person may give. None: nobody knows any more."""

    @property
    def lets_in(self) -> bool:
        """Whether people sign in by it now."""
        return self.is_enabled and self.deleted_at is None and self.problem is None

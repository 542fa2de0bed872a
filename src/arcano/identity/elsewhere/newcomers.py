"""What becomes of somebody who comes from elsewhere and has no account here yet."""

from typing import Final, Protocol

from sqlalchemy import Connection
from typing_extensions import override

from arcano.identity.domain import PersonState
from arcano.identity.elsewhere.settings import NewPeople, SignInProviderSettings


class Newcomers(Protocol):
    """The workspace's policy about them."""

    def state_of(
        self, connection: Connection, provider: SignInProviderSettings
    ) -> PersonState | None:
        """In which state somebody from this provider begins; None if they do not."""
        ...


_STATES: Final[dict[NewPeople, PersonState | None]] = {
    "refuse": None,
    "wait": "waiting",
    "let-in": "active",
}


class NewcomersBySettings(Newcomers):
    """As the settings of the provider say."""

    @override
    def state_of(
        self, connection: Connection, provider: SignInProviderSettings
    ) -> PersonState | None:
        return _STATES[provider.new_people]

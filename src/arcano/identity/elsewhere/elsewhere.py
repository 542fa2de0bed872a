"""All ways to sign in elsewhere, ready to be asked."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from arcano.identity.elsewhere.enter import Threshold
from arcano.identity.elsewhere.firebase import FirebaseProject
from arcano.identity.elsewhere.github import GitHubProvider
from arcano.identity.elsewhere.newcomers import Newcomers, NewcomersBySettings
from arcano.identity.elsewhere.oidc import OidcProvider
from arcano.identity.elsewhere.provider_book import ProviderBook
from arcano.identity.elsewhere.provider_repository import ProviderRepository
from arcano.identity.elsewhere.refresh_groups import GroupRefresher
from arcano.identity.elsewhere.ways import RedirectWay, TokenWay
from arcano.identity.sessions import Sessions
from arcano.identity.settings import IdentitySettings
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.egress import Egress
from arcano.platform.errors import NotFoundError, StorageError
from arcano.platform.secrets.box import SecretBox

log = logging.getLogger(__name__)

FORGET_EVERY_SECONDS: Final = 60.0
BY_SETTINGS: Final = NewcomersBySettings()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the doors of sign-in elsewhere work with. Put at `app.state.elsewhere` by the wiring."""

    book: ProviderBook
    threshold: Threshold
    refresher: GroupRefresher

    @classmethod
    async def of(
        cls,
        settings: IdentitySettings,
        egress: Egress,
        *,
        database: Database,
        clock: Clock,
        box: SecretBox,
        sessions: Sessions,
        newcomers: Newcomers = BY_SETTINGS,
    ) -> "Elsewhere":
        """Those of the settings and those that people have set up, kept as they are whenever `sessions` hear of a change.

        Raises:
            StorageError: The database cannot be read.
        """
        book = ProviderBook(
            settings.providers,
            client=lambda private: egress.client(private_addresses=private),
            database=database,
            clock=clock,
            box=box,
            emulator=bool(settings.firebase_auth_emulator_host),
        )
        sessions.when_ways_change(book.look_again)
        await book.look_again()
        threshold = Threshold(database, clock, box, newcomers, frozenset(settings.providers))
        refresher = GroupRefresher(
            lambda: {name: way for name, way in book.ways.items() if isinstance(way, OidcProvider)},
            threshold,
            sessions,
            every=settings.groups_refreshed_every,
        )
        return cls(book, threshold, refresher)

    async def keep(self) -> None:
        """Look after what time changes, for as long as the server lives."""
        while True:
            await asyncio.sleep(FORGET_EVERY_SECONDS)
            try:
                await self.forget_deleted()
            except StorageError:
                log.warning("cannot forget the providers that were deleted; trying again")

    async def forget_deleted(self) -> None:
        """Providers that were deleted and can no longer be had back, for good."""
        threshold = self.threshold
        now = threshold.clock.now()
        await threshold.database.write(
            lambda c: ProviderRepository(c, threshold.box).forget_deleted(now=now)
        )

    def redirecting(self, name: str) -> RedirectWay:
        """The provider of this name, to which browsers are sent.

        Raises:
            NotFoundError: There is none.
        """
        way = self.book.ways.get(name)
        if isinstance(way, OidcProvider | GitHubProvider):
            return way
        raise NotFoundError("No such sign-in is configured.")

    def handing_over(self, name: str) -> TokenWay:
        """The provider of this name, whose tokens are handed over.

        Raises:
            NotFoundError: There is none.
        """
        way = self.book.ways.get(name)
        if isinstance(way, FirebaseProject):
            return way
        raise NotFoundError("No such sign-in is configured.")

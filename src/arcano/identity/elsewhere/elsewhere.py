"""All ways to sign in elsewhere that are configured, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp

from arcano.identity.elsewhere.enter import Threshold
from arcano.identity.elsewhere.firebase import FirebaseProject
from arcano.identity.elsewhere.github import GitHubProvider
from arcano.identity.elsewhere.newcomers import Newcomers, NewcomersBySettings
from arcano.identity.elsewhere.oidc import OidcProvider
from arcano.identity.elsewhere.refresh_groups import GroupRefresher
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.elsewhere.ways import RedirectWay, TokenWay, Way
from arcano.identity.sessions import Sessions
from arcano.identity.settings import IdentitySettings
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import NotFoundError
from arcano.platform.secrets.box import SecretBox

BY_SETTINGS: Final = NewcomersBySettings()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the doors of sign-in elsewhere work with. Put at `app.state.elsewhere` by the wiring."""

    ways: Mapping[str, Way]
    threshold: Threshold
    refresher: GroupRefresher

    @classmethod
    def of(
        cls,
        settings: IdentitySettings,
        http: aiohttp.ClientSession,
        *,
        database: Database,
        clock: Clock,
        box: SecretBox,
        sessions: Sessions,
        newcomers: Newcomers = BY_SETTINGS,
    ) -> "Elsewhere":
        emulator = settings.firebase_auth_emulator_host
        ways = {
            name: _way(name, provider, http, clock, emulator=emulator)
            for name, provider in settings.providers.items()
        }
        threshold = Threshold(database, clock, box, newcomers)
        refresher = GroupRefresher(
            {name: way for name, way in ways.items() if isinstance(way, OidcProvider)},
            threshold,
            sessions,
            every=settings.groups_refreshed_every,
        )
        return cls(ways, threshold, refresher)

    def redirecting(self, name: str) -> RedirectWay:
        """The provider of this name, to which browsers are sent.

        Raises:
            NotFoundError: There is none.
        """
        way = self.ways.get(name)
        if isinstance(way, OidcProvider | GitHubProvider):
            return way
        raise NotFoundError("No such sign-in is configured.")

    def handing_over(self, name: str) -> TokenWay:
        """The provider of this name, whose tokens are handed over.

        Raises:
            NotFoundError: There is none.
        """
        way = self.ways.get(name)
        if isinstance(way, FirebaseProject):
            return way
        raise NotFoundError("No such sign-in is configured.")


def _way(
    name: str,
    settings: SignInProviderSettings,
    http: aiohttp.ClientSession,
    clock: Clock,
    *,
    emulator: str,
) -> Way:
    match settings.kind:
        case "google" | "oidc":
            return OidcProvider(name, settings, http, clock)
        case "github":
            return GitHubProvider(name, settings, http)
        case "firebase":
            return FirebaseProject(name, settings, http, clock, trusts_emulator=bool(emulator))

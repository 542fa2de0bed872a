"""All providers: those of the settings, and beside them those that people have set up. The settings count first.

Who signs in looks into a dictionary. Whoever changes a provider writes a line for all processes (`changes.py`), and
each reads the providers anew when it hears of it, the own one before the deed returns.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import aiohttp

from arcano.identity.elsewhere.firebase import FirebaseProject
from arcano.identity.elsewhere.github import GitHubProvider
from arcano.identity.elsewhere.kept_provider import KeptProvider
from arcano.identity.elsewhere.oidc import OidcProvider
from arcano.identity.elsewhere.provider_repository import ProviderRepository
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.elsewhere.ways import Way
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.secrets.box import SecretBox

NAME_IN_SETTINGS = "The settings of the server have a provider of this name, which counts instead."


class ProviderBook:
    """The providers as they are known now. `client`: over what a provider is asked, by whether it may be private."""

    def __init__(
        self,
        configured: Mapping[str, SignInProviderSettings],
        *,
        client: Callable[[bool], aiohttp.ClientSession],
        database: Database,
        clock: Clock,
        box: SecretBox,
        emulator: bool,
    ) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._box = box
        self._emulator = emulator
        self.configured = configured
        # Whoever set up the server chose their addresses.
        self._configured = {
            name: self.way(name, settings, private_addresses=True)
            for name, settings in configured.items()
        }
        self._made: dict[str, tuple[int, Way]] = {}
        self.ways: Mapping[str, Way] = MappingProxyType(self._configured)
        """By which people sign in."""
        self.kept: tuple[KeptProvider, ...] = ()
        """Those that people have set up, oldest first, in effect or not."""

    async def look_again(self) -> None:
        """Read what there is now. From then on every sign-in goes by it.

        Raises:
            StorageError: The database cannot be read; what was known stays.
        """
        kept = await self._database.read(lambda c: ProviderRepository(c, self._box).all())
        self.kept = tuple(kept)
        made: dict[str, tuple[int, Way]] = {}
        for provider in kept:
            if not provider.lets_in or provider.name in self.configured:
                continue
            known = self._made.get(provider.name)
            # One that is as it was keeps what it has read of its provider.
            made[provider.name] = (
                known
                if known is not None and known[0] == provider.version
                else (provider.version, self.way_of(provider))
            )
        self._made = made
        self.ways = MappingProxyType(
            {**self._configured, **{name: way for name, (_, way) in made.items()}}
        )

    def problem_of(self, provider: KeptProvider) -> str | None:
        """Why it lets nobody in though it should."""
        return NAME_IN_SETTINGS if provider.name in self.configured else provider.problem

    def issuers_besides(self, name: str) -> set[str]:
        """The issuers by which people may sign in without the provider of this name."""
        return {way.settings.at for other, way in self.ways.items() if other != name}

    def way_of(self, provider: KeptProvider) -> Way:
        return self.way(
            provider.name, provider.settings, private_addresses=provider.private_addresses
        )

    def way(self, name: str, settings: SignInProviderSettings, *, private_addresses: bool) -> Way:
        """How a provider with these settings is asked."""
        http = self._client(private_addresses)
        match settings.kind:
            case "google" | "oidc":
                return OidcProvider(name, settings, http, self._clock)
            case "github":
                return GitHubProvider(name, settings, http)
            case "firebase":
                return FirebaseProject(
                    name, settings, http, self._clock, trusts_emulator=self._emulator
                )

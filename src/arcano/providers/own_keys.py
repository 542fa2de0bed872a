"""May a person connect a provider for themselves alone, and to which addresses.

Whoever runs the server may connect it to anything. Anybody else could make it call an address of the
network that it stands in, and so is let to known providers only, and to hosts that the settings name.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from arcano.identity import Permission, Viewer
from arcano.providers.errors import OwnKeysNotAllowedError
from arcano.providers.kinds import KINDS
from arcano.providers.profiles import known_hosts
from arcano.providers.settings import ProviderSettings


@dataclass(frozen=True, slots=True)
class OwnKeyRules:
    """`hosts` are those besides the known providers'."""

    allowed: bool
    hosts: frozenset[str]

    @classmethod
    def of(cls, settings: ProviderSettings) -> "OwnKeyRules":
        return cls(settings.own_keys, frozenset(host.lower() for host in settings.own_key_hosts))

    def check(self, viewer: Viewer, base_url: str) -> None:
        """Whether the viewer may have a connection of their own to this address.

        Raises:
            OwnKeysNotAllowedError: No; it says why.
        """
        if not self.allowed:
            raise OwnKeysNotAllowedError(
                "People do not bring keys of their own here. Ask whoever runs this server."
            )
        viewer.expect(Permission.CONNECTION_OWN)
        if viewer.may(Permission.CONNECTION_MANAGE):
            return
        address = urlsplit(base_url)
        host = (address.hostname or "").lower()
        known = address.scheme == "https" and address.port in (None, 443) and host in _KNOWN
        if not known and host not in self.hosts:
            raise OwnKeysNotAllowedError(
                f"A key of your own can be used at known providers. {host} is none of them: ask whoever "
                "runs this server to allow it, or to connect it for everybody."
            )


_KNOWN = known_hosts() | {
    urlsplit(kind.base_url).hostname
    for kind in KINDS.values()
    # Through LiteLLM a model's name alone may lead to an address of this network.
    if kind.base_url is not None and kind.base_url.startswith("https:") and kind.id != "litellm"
}

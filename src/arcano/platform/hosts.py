"""By which names this server is asked, as the `Host` of a request says: what a page of somebody else cannot pretend.

The story: a page at a name of its own lets the DNS say that this name is now `127.0.0.1` (DNS rebinding). The browser
then takes the server on that machine for the page's own, sends the page's name as `Host` and as `Origin`, and whoever
wrote the page could make a new workspace theirs. An address or `localhost` cannot be used so: only a name can be led
elsewhere, and the DNS of the world knows no names without a dot.
"""

import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

ANY = "*"


class KnownHosts:
    """The names that are ours. Addresses, `localhost` and names without a dot always are.

    `strict`: a request by any other name is not answered at all; otherwise it may do everything but what is asked of
    `knows`: setting the workspace up.
    """

    def __init__(self, names: Iterable[str] = (ANY,), *, strict: bool = False) -> None:
        self._names = frozenset(_plain(name) for name in names)
        self.strict = strict and ANY not in self._names
        # A server is called by few names, and every request says one.
        self._is_ours = lru_cache(maxsize=100)(self._look_up)

    def knows(self, host: bytes | None) -> bool:
        """Whether a request with this `Host` may be for us. One without comes from no browser."""
        return host is None or self._is_ours(host)

    def _look_up(self, host: bytes) -> bool:
        name = _plain(host.decode("latin-1"))
        return (
            ANY in self._names
            or name in self._names
            or "." not in name
            or name.endswith(".localhost")
            or _is_address(name)
        )


def known_hosts(
    *,
    listens_on: str,
    public_origins: Iterable[str],
    behind_proxy: bool,
    allowed: Iterable[str] | None,
) -> KnownHosts:
    """Those that the settings mean.

    Strict where names are `allowed`, and where nobody but this machine reaches the server: no proxy stands in front of
    it, so that every other name is a trick.
    """
    machine = socket.gethostname()
    names = {machine, f"{machine.partition('.')[0]}.local"}
    names |= {urlsplit(origin).netloc for origin in public_origins}
    alone = _is_this_machine(listens_on) and not behind_proxy
    return KnownHosts(names | set(allowed or ()), strict=alone or allowed is not None)


def _plain(host: str) -> str:
    """The name alone: in small letters, without port, brackets and a dot at the end."""
    name, bracket, port = host.rpartition("]")
    if bracket:
        return name.removeprefix("[").lower() if port == "" or port.startswith(":") else host
    name = host.rpartition(":")[0] if host.count(":") == 1 else host
    return name.lower().removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_this_machine(address: str) -> bool:
    return address.startswith("127.") or address in ("::1", "localhost")

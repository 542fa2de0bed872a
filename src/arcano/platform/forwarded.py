"""Who a request comes from, where proxies stand in front of the server: believed only if one of them says it.

Each proxy writes behind `X-Forwarded-For` whom it was asked by. What stands further to the left than the proxies reach
was written by the visitor, and may be a lie. Nothing is believed of a peer that is no proxy of ours.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal

from arcano.platform.addresses import Network
from arcano.platform.edge import AsgiApp, Receive, Scope, Send

Anybody = Literal["*"]
_SCHEMES = frozenset({"http", "https", "ws", "wss"})


class Forwarded:
    """Wraps the application. Puts the visitor into `client` and how they came into `scheme`.

    `proxies` are those that are believed; `*` is anybody who can reach the server. `hops` is how many stand one behind
    the other; None: as many as are among `proxies`, and one where that is anybody.
    """

    def __init__(
        self, app: AsgiApp, *, proxies: Sequence[Network | Anybody], hops: int | None = None
    ) -> None:
        self._app = app
        self._anybody = "*" in proxies
        self._networks = [proxy for proxy in proxies if proxy != "*"]
        self._hops = 1 if hops is None and self._anybody else hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client and self._is_proxy(_address(client[0])):
            self._believe(scope)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope) -> None:
        passed = 1
        visitors = _values(scope["headers"], b"x-forwarded-for")
        for passed, visitor in enumerate(reversed(visitors), 1):
            address = _address(visitor)
            if address is None:
                break
            scope["client"] = (str(address), 0)
            if passed == self._hops or not self._is_proxy(address):
                break
        schemes = _values(scope["headers"], b"x-forwarded-proto")
        # A proxy writes its own into the header, or behind those of the proxies before it.
        scheme = schemes[-min(passed, len(schemes))].lower() if schemes else ""
        if scheme in _SCHEMES:
            is_socket = scope["type"] == "websocket"
            scope["scheme"] = scheme.replace("http", "ws") if is_socket else scheme

    def _is_proxy(self, address: IPv4Address | IPv6Address | None) -> bool:
        if address is None:
            return False
        return self._anybody or any(address in network for network in self._networks)


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """All values of a header that is a list, whether it came in one line or in several."""
    lines = b",".join(value for each, value in headers if each == name).decode("latin-1")
    return [value for part in lines.split(",") if (value := part.strip())]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a proxy, or the socket, names: bare, or with a port as in `[::1]:80`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

"""The one way out: every HTTP request to an address that a person, a setting, a server or a model chose.

An address is judged when its socket is made, by the very numbers that the socket is then connected to. So it does not
matter how it is spelled, who parses it how, what the name meant a moment ago, or that a redirect led there. What is kept
open is kept apart for those who may reach private addresses and those who may not; a request on a connection that is
open already costs nothing more.
"""

import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import BaseModel, ConfigDict, Field
from pydantic.networks import IPvAnyNetwork
from typing_extensions import override
from yarl import URL

from arcano.platform.addresses import Network, Reach, reach_of
from arcano.platform.errors import AddressNotAllowedError

WHOLE_ANSWER_SECONDS = 300
CONNECT_SECONDS = 10
LOWEST_OTHER_PORT = 1024
"""Below it, nothing but the web's own two ports: what listens there is no web server."""

_WEB_PORTS = frozenset({80, 443})


class EgressSettings(BaseModel):
    """Where the server itself may connect to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_networks: tuple[IPvAnyNetwork, ...] = Field(
        default=(),
        description="Networks that every connection may reach although they are not public (`10.20.0.0/16`). "
        "Connections of the workspace need none: their owner says in each whether it may reach private addresses.",
    )


@dataclass(frozen=True, slots=True)
class Egress:
    """Two clients that share nothing. Neither keeps cookies or asks the environment for a proxy.

    `public` is for addresses that somebody without a say in this network chose, and refuses to follow redirects.
    `everywhere` also reaches private ones: its addresses are an owner's. What `Reach.NEVER` is neither reaches.
    """

    public: aiohttp.ClientSession
    everywhere: aiohttp.ClientSession

    def client(self, *, private_addresses: bool) -> aiohttp.ClientSession:
        """The client for an address.

        What it is asked for raises `AddressNotAllowedError` where the address may not be reached. Ask with
        `allow_redirects=False`; read with a limit of size. The limit of time is `WHOLE_ANSWER_SECONDS` unless the
        caller sets others.
        """
        return self.everywhere if private_addresses else self.public


@asynccontextmanager
async def open_egress(
    settings: EgressSettings, *, resolver: AbstractResolver | None = None
) -> AsyncGenerator[Egress]:
    """The way out, for as long as the block lasts. `resolver` answers for names instead of the system's."""
    asked = resolver or aiohttp.ThreadedResolver()
    networks: tuple[Network, ...] = tuple(settings.allowed_networks)
    only_public = _Guard(Reach.PUBLIC, networks)
    also_private = _Guard(Reach.PRIVATE, networks)
    try:
        async with only_public.client(asked) as public, also_private.client(asked) as everywhere:
            yield Egress(public, everywhere)
    finally:
        await asked.close()


async def read_up_to(limit_bytes: int, response: aiohttp.ClientResponse) -> bytes:
    """The body, or its beginning. One read gives only what has arrived so far."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) >= limit_bytes:
            break
    return bytes(body[:limit_bytes])


class _Guard:
    """Lets connections to addresses of up to `furthest` be made, and no others."""

    def __init__(self, furthest: Reach, allowed: tuple[Network, ...]) -> None:
        self._furthest = furthest
        self._allowed = allowed

    def client(self, resolver: AbstractResolver) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,
            resolver=_Allowed(resolver, self),
            socket_factory=self._socket,
        )
        traces: list[aiohttp.TraceConfig] = []
        if self._furthest is Reach.PUBLIC:
            # Looking at each request costs 20 microseconds of it, which an owner's addresses are not worth.
            traces.append(aiohttp.TraceConfig())
            traces[0].on_request_start.append(_look_at)
            traces[0].on_request_redirect.append(_refuse_to_follow)
        return aiohttp.ClientSession(
            connector=connector,
            # One person's answer must not be told apart by a cookie set in another's.
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=WHOLE_ANSWER_SECONDS, sock_connect=CONNECT_SECONDS),
            trust_env=False,
            trace_configs=traces,
        )

    def allows(self, host: str) -> bool:
        return reach_of(host, allowed=self._allowed) <= self._furthest

    def refusal(self, hosts: list[str]) -> AddressNotAllowedError:
        """Why none of these may be reached. They are not named: who asks may not be who may know them."""
        if any(reach_of(host, allowed=self._allowed) == Reach.PRIVATE for host in hosts):
            return AddressNotAllowedError(
                "The address is in a private network, which this connection may not reach. The owner of the "
                "workspace can allow a connection private addresses; whoever runs the server can allow a network "
                "to all (`egress.allowed_networks`)."
            )
        return AddressNotAllowedError(
            "The address is no server's: it stands for a network, a link or this machine's own identity. "
            "Check the address."
        )

    def _socket(self, target: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        """The last word: `target` is what the socket is connected to as soon as it is made."""
        family, kind, protocol, _, address = target
        host = str(address[0])
        if not self.allows(host):
            raise self.refusal([host])
        return socket.socket(family, kind, protocol)


class _Allowed(AbstractResolver):
    """Leaves out of what a name means whatever may not be reached, so that the rest of it is tried."""

    def __init__(self, asked: AbstractResolver, guard: _Guard) -> None:
        self._asked = asked
        self._guard = guard

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._asked.resolve(host, port, family)
        allowed = [each for each in found if self._guard.allows(each["host"])]
        if found and not allowed:
            raise self._guard.refusal([each["host"] for each in found])
        return allowed

    @override
    async def close(self) -> None:
        """Nothing: who is asked belongs to whoever opened the way out."""


async def _look_at(
    _: aiohttp.ClientSession, __: SimpleNamespace, asked: aiohttp.TraceRequestStartParams
) -> None:
    """What needs no address to be refused. The numbers behind the name are looked at later."""
    url: URL = asked.url
    if url.scheme not in ("http", "https"):
        raise AddressNotAllowedError("Only addresses of http and https are connected to.")
    if url.raw_user is not None or url.raw_password is not None:
        raise AddressNotAllowedError("An address holds no name or password.")
    if url.port not in _WEB_PORTS and (url.port or 0) < LOWEST_OTHER_PORT:
        raise AddressNotAllowedError(
            f"Port {url.port} is no web server's: use 80, 443 or one from {LOWEST_OTHER_PORT} on."
        )


async def _refuse_to_follow(
    _: aiohttp.ClientSession, __: SimpleNamespace, asked: aiohttp.TraceRequestRedirectParams
) -> None:
    """A redirect would carry a key to an address that nobody chose. Who wants to follow one asks again."""
    raise AddressNotAllowedError(
        f"{asked.url.host} sends us to another address, which is not followed."
    )

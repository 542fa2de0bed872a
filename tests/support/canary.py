"""Listeners on loopback for tests of the way out: a canary that nobody may reach, and a server that counts as public."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

PUBLIC = "127.0.0.2"
"""Stands for an address on the internet: nothing of a test leaves this machine."""


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Whatever is wrong with the guard, a test of it connects to nobody outside."""
    if event == "socket.connect" and not isinstance(arguments[1], str | bytes):
        host = str(arguments[1][0])
        assert host == "localhost" or _is_here(host), f"{host} was connected to"


def _is_here(host: str) -> bool:
    address = ip_address(host.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_stay_here)


Meet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_SYSTEMS_OWN = re.compile(r"localhost\.?|[0-9a-fx.:%]+", re.IGNORECASE)
"""What the system knows without asking anybody."""


@dataclass(slots=True, eq=False)
class Listener:
    """Says yes to everybody, with a redirect if `redirects_to` something, and counts the connections."""

    port: int
    connections: int = 0
    heads: list[bytes] = field(default_factory=list[bytes])
    redirects_to: Callable[[], str | None] = lambda: None

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                where = self.redirects_to()
                status = "200 OK" if where is None else f"302 Found\r\nLocation: {where}"
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nhi".encode())
                await writer.drain()


@asynccontextmanager
async def a_listener(*hosts: str) -> AsyncGenerator[Listener]:
    """One port at all of these addresses of loopback."""
    listener = Listener(_port_free_at(hosts))
    async with AsyncExitStack() as stack:
        for host in hosts:
            await stack.enter_async_context(serving(listener.meet, host, listener.port))
        yield listener


@asynccontextmanager
async def serving(meet: Meet, host: str, port: int = 0) -> AsyncGenerator[int]:
    """`meet` for everybody who comes, until the block ends: then all of them are sent away. Yields the port."""
    guests: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        guests[task] = writer
        with suppress(ConnectionError):
            await meet(reader, writer)
        writer.close()

    server = await asyncio.start_server(welcome, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task, writer in guests.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*guests, return_exceptions=True)
        await asyncio.sleep(0)  # an aborted transport is closed in the next round of the loop


def _port_free_at(hosts: tuple[str, ...]) -> int:
    for _ in range(50):
        with socket.socket() as probe:
            probe.bind((hosts[0], 0))
            port: int = probe.getsockname()[1]
        with suppress(OSError):
            for host in hosts:
                with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as other:
                    other.bind((host, port))
            return port
    raise AssertionError("There is no port that is free at all of these.")


class Names(AbstractResolver):
    """Knows the names that a test gives it, in turn another address at each question; the system knows numbers."""

    def __init__(self, names: Mapping[str, list[str]]) -> None:
        self._names = {name: list(addresses) for name, addresses in names.items()}
        self._system = ThreadedResolver()
        self.asked = 0

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        known = self._names.get(host.lower())
        if known is None and _SYSTEMS_OWN.fullmatch(host):
            return await self._system.resolve(host, port, family)
        if known is None:
            raise OSError(f"{host} is not known.")
        address = known.pop(0) if len(known) > 1 else known[0]
        return [found(each, host, port) for each in address.split()]

    @override
    async def close(self) -> None:
        await self._system.close()


def found(address: str, host: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return {
        "hostname": host,
        "host": address,
        "port": port,
        "family": family,
        "proto": 0,
        "flags": 0,
    }

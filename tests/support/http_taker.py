"""A server that says yes to every request and hands it on: for tests of what is sent out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.support.canary import Meet

Take = Callable[[bytes, bytes], Awaitable[None]]


def take_requests(take: Take) -> Meet:
    """Reads requests one after the other, gives head and body of each to `take`, and answers 200."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await take(head, await _body(head, reader))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                await writer.drain()

    return meet


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    fields = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    said = {name.strip().lower(): value.strip() for name, _, value in fields}
    return await reader.readexactly(int(said.get(b"content-length", b"0")))

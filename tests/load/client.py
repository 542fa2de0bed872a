"""A connection that asks and listens, fast: HTTP/1.1 kept alive, bodies by length or in chunks.

Only what our server and the upstream send is understood; everything else is an error.
"""

import asyncio
import re
from collections.abc import Callable
from typing import NamedTuple, cast

from typing_extensions import override

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.IGNORECASE)


class Answer(NamedTuple):
    """A whole answer. `body` is empty where a listener took it piece by piece."""

    status: int
    head: bytes
    body: bytes


class CutError(Exception):
    """The connection ended before the answer did."""


class Connection(asyncio.Protocol):
    """One connection, one question at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[Answer] | None = None
        self._hear: Callable[[bytes], None] | None = None
        self._received = b""
        self._head: bytes | None = None
        self._left = 0
        """Bytes of the body still to come; -1 when it comes in chunks."""
        self._pieces: list[bytes] = []

    async def ask(self, request: bytes, hear: Callable[[bytes], None] | None = None) -> Answer:
        """Send a request and wait for the end of its answer; `hear` gets each piece as it comes.

        Raises:
            CutError: The connection ended first.
        """
        transport = self._transport
        if transport is None:
            raise CutError
        self._answered = asyncio.get_running_loop().create_future()
        self._hear = hear
        self._head = None
        self._pieces = []
        transport.write(request)
        return await self._answered

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports behave like asyncio's without being derived from them.
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(CutError())

    @override
    def data_received(self, data: bytes) -> None:
        if self._head is None:
            head, found, data = (self._received + data).partition(b"\r\n\r\n")
            if not found:
                self._received = head
                return
            self._received = b""
            self._head = head
            length = _LENGTH.search(head)
            chunked = _CHUNKED.search(head) is not None
            self._left = -1 if chunked else int(length[1]) if length else 0
        if self._left == -1:
            self._take_chunks(data)
        else:
            self._take(data)

    def _take(self, data: bytes) -> None:
        self._left -= len(data)
        self._give(data)
        if self._left <= 0:
            self._finish()

    def _take_chunks(self, data: bytes) -> None:
        if self._received:
            data = self._received + data
        position = 0
        while (line_end := data.find(b"\r\n", position)) >= 0:
            size = int(data[position:line_end], 16)
            end = line_end + 2 + size
            if len(data) < end + 2:
                break
            position = end + 2
            if size == 0:
                self._received = b""
                self._finish()
                return
            self._give(data[line_end + 2 : end])
        self._received = data[position:]

    def _give(self, piece: bytes) -> None:
        if self._hear is None:
            self._pieces.append(piece)
        elif piece:
            self._hear(piece)

    def _finish(self) -> None:
        answered, head = self._answered, self._head
        self._answered = None
        assert head is not None
        if answered is not None and not answered.done():
            answered.set_result(Answer(int(head[9:12]), head, b"".join(self._pieces)))


async def connect(port: int) -> Connection:
    """A connection to a port of the loopback."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


def http_request(
    method: str,
    path: str,
    *,
    port: int,
    cookie: str | None = None,
    key: str | None = None,
    body: bytes | None = None,
) -> bytes:
    """A request as bytes; `key` in `Authorization`."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if key:
        lines.append(f"Authorization: Bearer {key}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")

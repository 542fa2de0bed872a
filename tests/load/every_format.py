"""A server that tells one answer in every wire format, a token each 20 ms, each in a write of its own.

The first step of a path names the kind of server (`/anthropic/v1/messages`). All bytes are made beforehand.
"""

import asyncio
import re
import sys
from typing import cast

import orjson
import uvloop
from tests.load.words import word
from tests.support.wire_answers import FORMATS
from typing_extensions import override

PACE_SECONDS = 0.02
BACKLOG = 1024

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_BESIDE: dict[bytes, object] = {
    b"/ollama/api/show": {"capabilities": ["completion"], "details": {}, "model_info": {}},
    b"/ollama/api/ps": {"models": [{"name": "a-model:latest"}]},
}


def pieces(tokens: int) -> list[str]:
    """The tokens of the answer."""
    return [word(number) for number in range(tokens)]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _json(value: object) -> bytes:
    body = orjson.dumps(value)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


class Telling(asyncio.Protocol):
    """One kept-alive connection: each request is answered with the whole answer, event by event."""

    def __init__(self, told: dict[bytes, list[bytes]]) -> None:
        self._told = told
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._left: list[bytes] = []
        self._due = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports behave like asyncio's without being derived from them.
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or (length is not None and len(body) < int(length[1])):
            return
        self._received = b""
        path = head.split(b" ", 2)[1]
        if beside := _BESIDE.get(path):
            self._write(_json(beside))
            return
        self._left = list(reversed(self._told[path.split(b"/", 2)[1]]))
        self._due = asyncio.get_running_loop().time()
        self._tell()

    def _tell(self) -> None:
        self._write(self._left.pop())
        if self._left:
            self._due += PACE_SECONDS
            asyncio.get_running_loop().call_at(self._due, self._tell)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def _as_http(kind: str, tokens: int) -> list[bytes]:
    """What is written at each beat: the head with the first event, then one event each, and the end with the last."""
    format_ = FORMATS[kind]
    first, *events, last = map(_chunk, format_.events(*pieces(tokens)))
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n"
        % format_.media_type.encode()
    )
    return [head + first, *events, last + b"0\r\n\r\n"]


async def serve(tokens: int) -> None:
    """Listen on a free port of the loopback, print it, and answer until killed."""
    told = {kind.encode(): _as_http(kind, tokens) for kind in FORMATS}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Telling(told), "127.0.0.1", 0, backlog=BACKLOG)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))

"""Heads of requests that nobody would send by mistake, by chance: the server answers or hangs up, and goes on."""

import asyncio
from contextlib import suppress
from random import Random

from tests.support.chance import tries
from tests.support.server import Server
from tests.support.visitor import Visitor

PATHS = [
    "/",
    "/api/me",
    "/api/session",
    "/livez",
    "*",
    "//",
    "/..%2f..%2fetc/passwd",
    "/api/\0",
    "http://x/",
    "",
]
METHODS = [
    b"GET",
    b"POST",
    b"HEAD",
    b"OPTIONS",
    b"TRACE",
    b"CONNECT",
    b"get",
    b"\x00",
    b"G ET",
    b"PRI",
    b"PATCH",
]
VERSIONS = [b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9", b"", b"http/1.1", b"HTTP/1.1\x00"]
NAMES = [b"Host", b"Content-Length", b"Transfer-Encoding", b"Cookie", b"Authorization", b"Origin", b"Upgrade",
    b"Connection", b"Content-Type", b"X-Forwarded-For", b"Expect", b"Range", b"Last-Event-ID", b"", b" ", b"a:b"]  # fmt: skip
VALUES = [b"", b"0", b"-1", b"+5", b"5, 6", b"99999999999999999999", b"0x10", b"chunked", b"chunked, chunked", b"\xff\xfe",
    b"arcano_session=\x80", b"Bearer \xc3\x28", b"Bearer " + b"e30." * 3, b"null", b"websocket", b"a\rb", b"\t", b"[::1",
    b"100-continue", b"bytes=0-0,-1", b"x" * 9000, "\u0663".encode(), b"multipart/form-data; boundary="]  # fmt: skip
BODIES = [
    b"",
    b"{}",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"-1\r\n",
    b"ffffffffffffffff\r\nx",
    b"\x00" * 100,
    b"[" * 1000,
]


def a_head(chance: Random) -> bytes:
    """A request, or something like one."""
    path = chance.choice(PATHS).encode()
    lines = [b" ".join([chance.choice(METHODS), path, chance.choice(VERSIONS)])]
    if chance.random() < 0.7:
        lines.append(b"Host: 127.0.0.1")
    lines += [
        chance.choice(NAMES) + b": " + chance.choice(VALUES)
        for _ in range(chance.choice([0, 1, 2, 5, 40]))
    ]
    end = chance.choice([b"\r\n", b"\r\n", b"\n", b"\r"])
    return end.join([*lines, b"", b""]) + chance.choice(BODIES)


async def answer_to(data: bytes, port: int) -> bytes:
    """What comes back until the server hangs up, or is silent for a moment."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = b""
    with suppress(ConnectionError, TimeoutError):
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(0.5):
            while piece := await reader.read(65536):
                heard += piece
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return heard


async def test_no_head_breaks_the_server_or_gets_more_than_it_may(
    server: Server, visitor: Visitor
) -> None:
    for chance in tries(60, about="heads"):
        head = a_head(chance)

        heard = await answer_to(head, server.port)

        assert b"HTTP/1.1 5" not in heard, head
        assert b'"email"' not in heard, head  # nobody is signed in
    assert (await visitor.get("/livez")).status == 200
    assert "Traceback" not in server.log

"""Connections that never finish what they begin: they are closed, and nobody else notices."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from arcano.entrypoints.bounded_http import BoundedHttp
from arcano.entrypoints.bounded_socket import BoundedSocket
from arcano.platform.edge import AsgiApp, Receive, Scope, Send

HEAD = b"POST /echo HTTP/1.1\r\nHost: here\r\n"


class Hasty(BoundedHttp):
    """As patient as a test can be."""

    head_seconds = 0.3
    silent_body_seconds = 0.6
    unread_seconds = 0.3


class HastySocket(BoundedSocket):
    """The same for sockets."""

    unread_seconds = 0.3


MORE_THAN_THE_SYSTEM_HOLDS = b"a" * 1_000_000
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body; a GET after twice the time that a silent client has."""
    body, more = b"", True
    while more:
        message: Any = await receive()
        if message["type"] != "http.request":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if scope["method"] == "GET":
        await asyncio.sleep(2 * Hasty.silent_body_seconds)
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@dataclass(slots=True)
class Client:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def heard(self) -> bytes:
        """Everything until the server closes the connection."""
        async with asyncio.timeout(5):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


@asynccontextmanager
async def a_server(app: AsgiApp) -> AsyncGenerator[uvicorn.Server]:
    config = uvicorn.Config(
        app,
        port=0,
        http=Hasty,
        ws=HastySocket,
        lifespan="off",
        log_config=None,
        timeout_keep_alive=1,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.01)
        try:
            yield server
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def a_client() -> AsyncGenerator[Client]:
    async with a_server(echo) as server:
        client = Client(*await asyncio.open_connection("127.0.0.1", _port_of(server)))
        try:
            yield client
        finally:
            client.writer.close()


@pytest.mark.parametrize("begun", [b"", b"PO", HEAD, HEAD + b"X-Slow: "])
async def test_a_head_that_never_ends_is_hung_up_on(begun: bytes) -> None:
    async with a_client() as client:
        await client.send(begun)

        assert await client.heard() == b""


async def test_a_head_that_drips_is_hung_up_on_as_well() -> None:
    async with a_client() as client:
        await client.send(HEAD)
        for number in range(8):
            await client.send(b"X-%d: slow\r\n" % number)
            await asyncio.sleep(0.1)
        await client.send(b"Content-Length: 0\r\n\r\n")

        assert await client.heard() == b""


async def test_a_body_that_falls_silent_is_hung_up_on() -> None:
    async with a_client() as client:
        await client.send(HEAD + b"Content-Length: 10\r\n\r\nhalf")

        assert await client.heard() == b""


async def test_a_body_that_drips_is_heard_out() -> None:
    async with a_client() as client:
        await client.send(HEAD + b"Content-Length: 10\r\nConnection: close\r\n\r\n")
        for _ in range(10):
            await client.send(b"a")
            await asyncio.sleep(0.1)

        assert (await client.heard()).endswith(b"\r\n\r\n" + b"a" * 10)


async def test_an_answer_may_take_longer_than_any_limit() -> None:
    async with a_client() as client:
        await client.send(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")

        assert (await client.heard()).startswith(b"HTTP/1.1 200")


async def test_the_second_request_of_a_connection_has_its_own_time() -> None:
    async with a_client() as client:
        await client.send(HEAD + b"Content-Length: 1\r\n\r\na")
        assert b"200" in await client.reader.readuntil(b"\r\n\r\na")
        await asyncio.sleep(2 * Hasty.head_seconds)
        await client.send(HEAD + b"Content-Length: 1\r\nConnection: close\r\n\r\nb")

        assert (await client.heard()).endswith(b"\r\n\r\nb")


LARGE = {
    "one large header": HEAD + b"X-Large: " + b"a" * 70_000,
    "many headers": HEAD + b"".join(b"X-%d: many\r\n" % number for number in range(6_000)),
    "a long address": b"GET /" + b"a" * 70_000,
}


@pytest.mark.parametrize("head", LARGE)
async def test_a_head_that_is_too_large_is_refused(head: str) -> None:
    async with a_client() as client:
        await client.send(LARGE[head])

        assert (await client.heard()).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("head", LARGE)
async def test_a_head_without_end_is_not_listened_to(head: str) -> None:
    async with a_client() as client:
        for _ in range(20):
            await client.send(LARGE[head])

        assert not (await client.heard()).startswith(b"HTTP/1.1 2")


async def test_headers_behind_a_body_are_as_limited_as_those_before_it() -> None:
    async with a_client() as client:
        await client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n")
        for number in range(1500):
            await client.send(b"X-%d: " % number + b"a" * 1000 + b"\r\n")
        await client.send(b"\r\n")

        assert await client.heard() == b""


async def test_a_few_headers_behind_a_body_do_no_harm() -> None:
    async with a_client() as client:
        await client.send(HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        await client.send(b"1\r\na\r\n0\r\nX-Checksum: 7\r\n\r\n")

        assert (await client.heard()).endswith(b"\r\n\r\na")


async def talk(scope: Scope, receive: Receive, send: Send) -> None:
    """Says more than a client can leave lying: in one go, bit by bit, over a socket, or over one that it closes."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        for _ in range(20):
            await send({"type": "websocket.send", "bytes": MORE_THAN_THE_SYSTEM_HOLDS})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    pieces = 1 if scope["path"] == "/whole" else 20
    for _ in range(pieces):
        body = MORE_THAN_THE_SYSTEM_HOLDS * (20 // pieces)
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body"})


GET = b" HTTP/1.1\r\nHost: here\r\n"


@pytest.mark.parametrize(
    "asked",
    [b"GET /bits" + GET + b"\r\n", b"GET /whole" + GET + b"Connection: close\r\n\r\n", UPGRADE],
    ids=["bit by bit", "in one go", "over a socket"],
)
async def test_a_client_that_takes_nothing_of_its_answer_is_hung_up_on(asked: bytes) -> None:
    async with a_server(talk) as server:
        with a_deaf_client(server) as client:
            client.sendall(asked)
            async with asyncio.timeout(1):
                while not server.server_state.connections:  # noqa: ASYNC110 - uvicorn tells nobody
                    await asyncio.sleep(0.01)

            async with asyncio.timeout(5):
                while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)


async def test_a_client_that_reads_slowly_is_answered_to_the_end() -> None:
    async with a_server(talk) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", _port_of(server))
        writer.write(b"GET /whole" + GET + b"Connection: close\r\n\r\n")
        heard = 0
        async with asyncio.timeout(20):
            while piece := await reader.read(400_000):
                heard += len(piece)
                await asyncio.sleep(0.01)
        writer.close()

    assert heard > 20 * len(MORE_THAN_THE_SYSTEM_HOLDS)


@contextmanager
def a_deaf_client(server: uvicorn.Server) -> Generator[socket.socket]:
    """A connection whose client reads nothing by itself, and whose system holds little for it."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", _port_of(server)))
        yield client


def _port_of(server: uvicorn.Server) -> int:
    return server.servers[0].sockets[0].getsockname()[1]

"""A server that speaks every wire format and goes wrong in the way that the question names, byte for byte.

Asked "Go wrong: never answers!", it does. A model whose name says `calm` answers as it should; asked to go on with an
answer that another began, it begins anew, as models do. It runs in the test's own event loop.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from tests.support.upstream import Call, read_request
from tests.support.wire_answers import FORMATS, WireFormat

PIECES = ("Half an owl 🦉, ", "and then ", "the whole owl: 🦉🏳️‍🌈.")
ANSWER = "".join(PIECES)

Fault = Callable[[Call, WireFormat], Awaitable[None]]

_ASKED = re.compile(rb"Go wrong: ([a-z0-9 ,-]+)!")
_BESIDE: dict[str, object] = {
    "/api/show": {"capabilities": ["completion"], "details": {}, "model_info": {}},
    "/api/ps": {"models": []},
}
"""What Ollama is asked beside the question."""


def asking_for(fault: str) -> str:
    """The question at which the upstream goes wrong in this way."""
    return f"Go wrong: {fault}!"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it arrived, and the fault that it named."""

    fault: str
    kind: str
    path: str


class FaultyUpstream:
    """Answers on a free port. Its base URL for a kind of server is `url(kind)`."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        self.asked: list[Asked] = []
        self.port = 0
        self._faults = faults
        self._serving: set[asyncio.Task[Any]] = set()

    def url(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.port}/{kind}{FORMATS[kind].path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                path, headers, body = await read_request(reader)
                _, kind, rest = path.split("/", 2)
                call = Call(headers, body, writer)
                if beside := _BESIDE.get("/" + rest):
                    await call.refuse(200, beside)
                else:
                    await self._answer(call, FORMATS[kind], path)
        finally:
            writer.close()
            self._serving.discard(task)

    async def close(self) -> None:
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _answer(self, call: Call, format_: WireFormat, path: str) -> None:
        wire = orjson.dumps(call.body)
        named = _ASKED.search(wire)
        assert named is not None, wire
        calm = b"calm" in wire or "calm" in path
        fault = named[1].decode()
        self.asked.append(Asked(fault, format_.kind, path))
        if calm:
            await tell(call, format_, *PIECES)
        else:
            await self._faults[fault](call, format_)


async def tell(call: Call, format_: WireFormat, *pieces: str, usage: object = 7) -> None:
    """The whole answer, as it should be."""
    await call.head(media_type=format_.media_type)
    for event in format_.events(*pieces, usage=usage):
        await call.send(event)
    await call.end()


@asynccontextmanager
async def a_faulty_upstream(faults: Mapping[str, Fault]) -> AsyncGenerator[FaultyUpstream]:
    """An upstream that lasts as long as the block."""
    upstream = FaultyUpstream(faults)
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0, backlog=1024)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        await upstream.close()

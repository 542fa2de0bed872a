"""A server on the loopback that answers with bytes it was given, for a vendor's own client and for ours alike."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

EVENTS, JSON = "text/event-stream", "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it arrived."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """`reads` go out one by one, `every` seconds apart; `whole` False: the body never ends properly."""

    reads: Sequence[bytes]
    media_type: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    every: float = 0.0
    whole: bool = True


def one_by_one(stream: bytes) -> list[bytes]:
    """Server-sent events, each as a read of its own."""
    return [event + b"\n\n" for event in stream.split(b"\n\n") if event]


class WireUpstream:
    """Answers each path with what was set for it, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.hung_up = asyncio.Event()
        """Set when a client left before an answer's end."""
        self.host = ""
        self._answers: dict[str, Answer] = {}

    def stream(self, path: str, *reads: bytes, **how: Any) -> None:
        """Answer `path` with server-sent events."""
        self._answers[path] = Answer(reads, EVENTS, **how)

    def json(self, path: str, value: object, **how: Any) -> None:
        """Answer `path` with one JSON value."""
        self._answers[path] = Answer([orjson.dumps(value)], JSON, **how)

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        asked = Asked(request.path, dict(request.headers), orjson.loads(body) if body else None)
        self.asked.append(asked)
        answer = self._answers.get(request.path)
        if answer is None:
            return web.json_response({"error": {"message": "Not here."}}, status=404)
        response = web.StreamResponse(
            status=answer.status, headers={"Content-Type": answer.media_type, **answer.headers}
        )
        await response.prepare(request)
        try:
            for read in answer.reads:
                await response.write(read)
                await asyncio.sleep(answer.every)
        except ConnectionError:
            self.hung_up.set()
            raise
        if not answer.whole and request.transport is not None:
            request.transport.abort()
        return response


@asynccontextmanager
async def a_wire_upstream() -> AsyncGenerator[WireUpstream]:
    """A server that lasts as long as the block."""
    upstream = WireUpstream()
    runner = web.ServerRunner(web.Server(upstream.serve), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    upstream.host = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield upstream
    finally:
        await runner.cleanup()

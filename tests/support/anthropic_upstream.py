"""A server that speaks Anthropic's Messages API on the loopback, and answers what a test tells it to.

Its answers are shaped as the API reference has them ("Create a message", "Streaming messages", "Errors",
"List models", "Count tokens in a message"). Untold, it tells a story word by word, as long as it may.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

MODEL = "claude-haiku-4-5"
USAGE = {
    "input_tokens": 11,
    "cache_creation_input_tokens": 20,
    "cache_read_input_tokens": 300,
    "output_tokens": 1,
    "service_tier": "standard",
}
"""As `message_start` has it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client leaves before the answer's end."""


Answer = Callable[[web.Request, Asked], Awaitable[web.StreamResponse]]


def sse(*events: dict[str, Any]) -> bytes:
    """Events as the bytes of a stream, named as they are typed."""
    return b"".join(
        b"event: %s\ndata: %s\n\n" % (event["type"].encode(), orjson.dumps(event))
        for event in events
    )


def message(*content: dict[str, Any], stop: str | None = "end_turn", **more: Any) -> dict[str, Any]:
    """A message in one piece."""
    return {
        "id": "msg_01KWcAZdEe9vDPtTvjYzQa2p",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": list(content),
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {**USAGE, "output_tokens": 25},
        **more,
    }


def start(usage: object = USAGE) -> dict[str, Any]:
    return {"type": "message_start", "message": message(stop=None, usage=usage)}


def begins(index: int, **block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def grows(index: int, kind: str, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **delta}}


def ends(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def texts(index: int, *pieces: str) -> list[dict[str, Any]]:
    """A block of text, in pieces."""
    return [
        begins(index, type="text", text=""),
        *(grows(index, "text_delta", text=piece) for piece in pieces),
        ends(index),
    ]


def stop(
    reason: str | None = "end_turn", *, output_tokens: int = 25, **delta: Any
) -> list[dict[str, Any]]:
    """The end of a stream."""
    fields = {"stop_reason": reason, "stop_sequence": None, **delta}
    usage = {"output_tokens": output_tokens}
    return [
        {"type": "message_delta", "delta": fields, "usage": usage},
        {"type": "message_stop"},
    ]


PING: dict[str, Any] = {"type": "ping"}


def error(kind: str, text: str = "No.", **more: Any) -> dict[str, Any]:
    """An error, as the body of a refusal or as an event."""
    return {
        "type": "error",
        "error": {"type": kind, "message": text, **more},
        "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy",
    }


def sends(*reads: bytes, headers: dict[str, str] | None = None) -> Answer:
    """These bytes, one read after the other, and a proper end of HTTP."""

    async def answer(request: web.Request, _asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", **(headers or {})}
        )
        await response.prepare(request)
        for read in reads:
            await response.write(read)
        await response.write_eof()
        return response

    return answer


def gives(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """One JSON value."""

    async def answer(_request: web.Request, _asked: Asked) -> web.StreamResponse:
        body = value if isinstance(value, bytes) else orjson.dumps(value)
        return web.Response(
            body=body, status=status, headers=headers, content_type="application/json"
        )

    return answer


async def _story(request: web.Request, asked: Asked) -> web.StreamResponse:
    """Words, until the limit of the request, each an event of its own."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    limit: int = asked.body["max_tokens"]
    words = [grows(0, "text_delta", text=f"word {number} ") for number in range(limit)]
    first = [start(), begins(0, type="text", text=""), PING]
    for event in [*first, *words, ends(0), *stop("max_tokens", output_tokens=limit)]:
        await response.write(sse(event))
        await asyncio.sleep(0.01)
    return response


class AnthropicUpstream:
    """Answers on a free port until closed. Remembers every request."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.port = 0
        self._answers: list[Answer] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def then(self, *answers: Answer) -> None:
        """Answer the next requests with these, the last of them for good."""
        self._answers = list(answers)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.path_qs, headers, orjson.loads(raw) if raw else None)
        self.asked.append(asked)
        answer = _story
        if self._answers:
            answer = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        try:
            return await answer(request, asked)
        except (asyncio.CancelledError, ConnectionError):
            asked.hung_up.set()
            raise


@asynccontextmanager
async def an_anthropic_upstream() -> AsyncGenerator[AnthropicUpstream]:
    """An upstream that lasts as long as the block."""
    upstream = AnthropicUpstream()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", upstream.serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        upstream.port = runner.addresses[0][1]
        yield upstream
    finally:
        await runner.cleanup()

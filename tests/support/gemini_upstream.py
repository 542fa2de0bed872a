"""A server that speaks Google's Gemini API on the loopback, and answers what a test tells it to.

Its answers are shaped as the Gemini API reference has them ("Generating content", "Counting tokens",
"Embeddings", "Models"), events end in CR LF as Google's do. Untold, it tells a story word by word, as long
as it may.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

ANSWER_ID = "mZkPad3vKsGvxN8P"
USAGE = {"promptTokenCount": 5, "candidatesTokenCount": 7, "totalTokenCount": 12}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it arrived."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client leaves before the answer's end."""


Answer = Callable[[web.Request, Asked], Awaitable[web.StreamResponse]]


def chunk(
    *parts: dict[str, Any], finish: str | None = None, usage: object = USAGE, **candidate: Any
) -> dict[str, Any]:
    """One `GenerateContentResponse` with one candidate."""
    content = {"content": {"parts": list(parts), "role": "model"}} if parts else {}
    ending = {"finishReason": finish} if finish else {}
    return {
        "candidates": [{**content, **ending, "index": 0, **candidate}],
        **({"usageMetadata": usage} if usage else {}),
        "modelVersion": "gemini-3-flash",
        "responseId": ANSWER_ID,
    }


def said(text: str, *, finish: str | None = None) -> dict[str, Any]:
    return chunk({"text": text}, finish=finish)


def sse(*chunks: object) -> bytes:
    """Chunks as the bytes of a stream."""
    return b"".join(b"data: %s\r\n\r\n" % orjson.dumps(chunk) for chunk in chunks)


def error(
    code: int, status: str, message: str = "No.", details: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """Google's `Status` as the body of a refusal."""
    fields = {"code": code, "message": message, "status": status}
    return {"error": {**fields, **({"details": list(details)} if details else {})}}


def sends(*reads: bytes, media_type: str = "text/event-stream") -> Answer:
    """These bytes, one read after the other, and a proper end."""

    async def answer(request: web.Request, _asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": media_type})
        await response.prepare(request)
        for read in reads:
            await response.write(read)
        await response.write_eof()
        return response

    return answer


def breaks_after(*reads: bytes) -> Answer:
    """These bytes, and then a cable is pulled."""

    async def answer(request: web.Request, _asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for read in reads:
            await response.write(read)
        assert request.transport is not None
        request.transport.close()
        return response

    return answer


def stays_open_after(*reads: bytes) -> Answer:
    """These bytes, and no end until the client leaves."""

    async def answer(request: web.Request, _asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for read in reads:
            await response.write(read)
        await asyncio.Event().wait()
        return response

    return answer


def gives(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """One JSON value."""

    async def answer(_request: web.Request, _asked: Asked) -> web.StreamResponse:
        body = orjson.dumps(value)
        return web.Response(
            body=body, status=status, headers=headers, content_type="application/json"
        )

    return answer


async def tells_a_story(request: web.Request, asked: Asked) -> web.StreamResponse:
    """Words, until the limit of the request, each an event of its own."""
    limit = asked.body.get("generationConfig", {}).get("maxOutputTokens", 3)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for number in range(limit):
        usage = {"promptTokenCount": 5, "candidatesTokenCount": number + 1}
        last = "MAX_TOKENS" if number == limit - 1 else None
        await response.write(
            sse(chunk({"text": f"word {number} "}, finish=last, usage=usage, tokenCount=1))
        )
        await asyncio.sleep(0.01)
    await response.write_eof()
    return response


class GeminiUpstream:
    """Answers on a free port until closed. Remembers every request."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.port = 0
        self._answers: dict[str, list[Answer]] = {}

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1beta"

    def when_asked(self, place: str, *answers: Answer) -> None:
        """Answer requests whose path ends so with these, one after the other, the last again and again."""
        self._answers[place] = list(answers)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        asked = Asked(
            request.method,
            request.path,
            request.rel_url.raw_query_string,
            {name.lower(): value for name, value in request.headers.items()},
            orjson.loads(body) if body else None,
        )
        self.asked.append(asked)
        try:
            return await self._answer_to(request.path)(request, asked)
        except (asyncio.CancelledError, ConnectionError):
            asked.hung_up.set()
            raise

    def _answer_to(self, path: str) -> Answer:
        for place, answers in self._answers.items():
            if path.endswith(place):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return tells_a_story


@asynccontextmanager
async def a_gemini_upstream() -> AsyncGenerator[GeminiUpstream]:
    """A server that lasts as long as the block."""
    upstream = GeminiUpstream()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", upstream.serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    upstream.port = runner.addresses[0][1]
    try:
        yield upstream
    finally:
        await runner.cleanup()

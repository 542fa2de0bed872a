"""Stand-ins for vendors with formats of their own, who all answer alike: for programs that ask any of them in one vendor's words.

What they say depends on the question, so that each test asks its own: a greeting; a call of the tool that they are
given; a sentence with a tool's result; JSON where a schema is asked for; a refusal where the question says `too many`.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from tests.support import anthropic_upstream as claude
from tests.support import gemini_upstream as gemini
from tests.support import ollama_upstream as ollama
from tests.support.ollama_upstream import serving
from tests.support.visitor import Visitor

GREETING = ("Good ", "morning, ", "program.")
JSON_ANSWER = '{"town":"Oslo","degrees":7}'
ARGUMENTS = {"town": "Oslo"}
TOO_MANY, THOUGHTFUL, SLOW = "too many of us", "think about it", "take your time"
THOUGHT = "They greet me."


@dataclass(frozen=True, slots=True)
class Question:
    """A request, whatever the format: what was asked last, and how it is to be answered."""

    text: str
    tool: str | None
    result: str | None
    as_json: bool


@dataclass(slots=True, eq=False)
class Vendor:
    """One of them. `model` is what it is asked for at the server; `asked` are the bodies it got."""

    kind: str
    model: str
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a caller left before an answer's end."""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return web.json_response({"models": [], "data": []})
        body = orjson.loads(await request.read())
        if request.path.endswith("/api/show"):
            return web.json_response(ollama.OnShelf().shown())
        self.asked.append(body)
        if request.path.endswith("/api/embed"):
            return _embedded(body)
        question = _READERS[self.kind](body)
        if TOO_MANY in question.text:
            return web.json_response(_REFUSALS[self.kind], status=429, headers={"Retry-After": "7"})
        pieces = _ANSWERS[self.kind](question, _streams(request, body))
        return await self._send(request, pieces, slowly=SLOW in question.text)

    async def _send(
        self, request: web.Request, pieces: Sequence[bytes], *, slowly: bool
    ) -> web.StreamResponse:
        kind = "application/json"
        if len(pieces) > 1:
            kind = "application/x-ndjson" if self.kind == "ollama" else "text/event-stream"
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        try:
            for piece in pieces:
                await response.write(piece)
                await asyncio.sleep(0.3 if slowly else 0)
        except (asyncio.CancelledError, ConnectionError):
            self.left.set()
            raise
        await response.write_eof()
        return response


@asynccontextmanager
async def vendors(visitor: Visitor) -> AsyncGenerator[Mapping[str, Vendor]]:
    """Three of them, connected by the visitor for everybody, until the block ends."""
    models = {"anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash", "ollama": "llama3.2"}
    found = {kind: Vendor(kind, model) for kind, model in models.items()}
    connections: list[str] = []
    async with AsyncExitStack() as stack:
        for kind, vendor in found.items():
            host = await stack.enter_async_context(serving(vendor.serve))
            made = await visitor.post(
                "/api/connections",
                {
                    "kind": kind,
                    "name": f"The {kind} here",
                    "base_url": f"{host}/v1beta" if kind == "gemini" else host,
                    "key": "sk-vendor",
                    "models": [vendor.model, f"somebody/{vendor.model}", *_EMBEDDING.get(kind, ())],
                    "private_addresses": True,
                },
            )
            assert made.status == 201, made
            connections.append(made.body["id"])
        yield found
        for connection in connections:
            await visitor.delete(f"/api/connections/{connection}")


def _streams(request: web.Request, body: dict[str, Any]) -> bool:
    return bool(body.get("stream")) or "streamGenerateContent" in request.path


def _from_anthropic(body: dict[str, Any]) -> Question:
    tools = [tool["name"] for tool in body.get("tools", ())]
    last = body["messages"][-1]["content"]
    blocks = [{"type": "text", "text": last}] if isinstance(last, str) else last
    results = [block["content"] for block in blocks if block["type"] == "tool_result"]
    texts = [block["text"] for block in blocks if block["type"] == "text"]
    return Question(
        " ".join(texts),
        tools[0] if tools else None,
        _text_in(results[0]) if results else None,
        "format" in body.get("output_config", {}),
    )


def _from_gemini(body: dict[str, Any]) -> Question:
    tools = [one["name"] for tool in body.get("tools", ()) for one in tool["functionDeclarations"]]
    parts = body["contents"][-1]["parts"]
    results = [part["functionResponse"]["response"] for part in parts if "functionResponse" in part]
    texts = [part["text"] for part in parts if "text" in part]
    return Question(
        " ".join(texts),
        tools[0] if tools else None,
        str(next(iter(results[0].values()))) if results else None,
        "responseMimeType" in body.get("generationConfig", {}),
    )


def _from_ollama(body: dict[str, Any]) -> Question:
    tools = [tool["function"]["name"] for tool in body.get("tools", ())]
    last = body["messages"][-1]
    is_result = last["role"] == "tool"
    return Question(
        last["content"],
        tools[0] if tools else None,
        last["content"] if is_result else None,
        bool(body.get("format")),
    )


def _text_in(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _words(question: Question) -> tuple[str, ...]:
    if question.result is not None:
        return ("It is ", f"{question.result} in Oslo.")
    return (JSON_ANSWER,) if question.as_json else GREETING


def _calls(question: Question) -> bool:
    return question.tool is not None and question.result is None


def _as_anthropic(question: Question, streams: bool) -> list[bytes]:
    thinks = THOUGHTFUL in question.text
    thinking = {"type": "thinking", "thinking": THOUGHT, "signature": "c2lnbmVk"}
    call = {"type": "tool_use", "id": "toolu_1", "name": question.tool, "input": ARGUMENTS}
    if not streams:
        said = call if _calls(question) else {"type": "text", "text": "".join(_words(question))}
        stop = "tool_use" if _calls(question) else "end_turn"
        content = [thinking, said] if thinks else [said]
        return [orjson.dumps(claude.message(*content, stop=stop))]
    events = [claude.start()]
    if thinks:
        events += [
            claude.begins(0, type="thinking", thinking="", signature=""),
            claude.grows(0, "thinking_delta", thinking=THOUGHT),
            claude.grows(0, "signature_delta", signature="c2lnbmVk"),
            claude.ends(0),
        ]
    place = int(thinks)
    if _calls(question):
        written = orjson.dumps(ARGUMENTS).decode()
        events += [
            claude.begins(place, **{**call, "input": {}}),
            claude.grows(place, "input_json_delta", partial_json=written[:5]),
            claude.grows(place, "input_json_delta", partial_json=written[5:]),
            claude.ends(place),
            *claude.stop("tool_use"),
        ]
    else:
        events += [*claude.texts(place, *_words(question)), *claude.stop()]
    return [claude.sse(event) for event in events]


def _as_gemini(question: Question, streams: bool) -> list[bytes]:
    thought = [{"text": THOUGHT, "thought": True}] if THOUGHTFUL in question.text else []
    said = [{"text": word} for word in _words(question)]
    if _calls(question):
        said = [{"functionCall": {"name": question.tool, "args": ARGUMENTS}}]
    if not streams:
        return [orjson.dumps(gemini.chunk(*thought, *said, finish="STOP"))]
    chunks = [gemini.chunk(part) for part in [*thought, *said]]
    return [*(gemini.sse(chunk) for chunk in chunks), gemini.sse(gemini.said("", finish="STOP"))]


def _as_ollama(question: Question, streams: bool) -> list[bytes]:
    thought = {"thinking": THOUGHT} if THOUGHTFUL in question.text else {}
    call = [{"function": {"name": question.tool, "arguments": ARGUMENTS}}]
    if not streams:
        said: dict[str, Any] = {"content": "".join(_words(question))}
        said = {"tool_calls": call} if _calls(question) else said
        return [ollama.line(ollama.ends(**thought, **said))]
    pieces = [ollama.says(**thought)] if thought else []
    if _calls(question):
        pieces.append(ollama.says(tool_calls=call))
    else:
        pieces += [ollama.says(content=word) for word in _words(question)]
    return [ollama.line(piece) for piece in [*pieces, ollama.ends()]]


def _embedded(body: dict[str, Any]) -> web.Response:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    vectors = [[float(len(text)), 0.5, -0.25] for text in texts]
    return web.json_response({"embeddings": vectors, "prompt_eval_count": 3 * len(texts)})


_EMBEDDING: Mapping[str, Sequence[str]] = {"ollama": ("nomic-embed-text",)}
_READERS = {"anthropic": _from_anthropic, "gemini": _from_gemini, "ollama": _from_ollama}
_ANSWERS = {"anthropic": _as_anthropic, "gemini": _as_gemini, "ollama": _as_ollama}
_REFUSALS: Mapping[str, object] = {
    "anthropic": claude.error("rate_limit_error", "Slow down."),
    "gemini": {"error": {"code": 429, "message": "Slow down.", "status": "RESOURCE_EXHAUSTED"}},
    "ollama": {"error": "Slow down."},
}

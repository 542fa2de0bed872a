"""A server that speaks Ollama's own API, true to its reference, and breaks off where a test tells it to.

Source: Ollama API reference. It has models on a shelf, loads them into memory with the window it is asked for,
and answers a chat with the script given; every byte, pause and cut is the script's. It runs in the test's own loop.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

MODEL = "llama3.2:latest"


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A model on the server's disk. `in_list`: the list says what it can do, as newer servers do."""

    capabilities: tuple[str, ...] = ("completion", "tools")
    context_tokens: int = 131_072
    family: str = "llama"
    parameters: str = ""
    remote_host: str = ""
    digest: str = "sha256:1"
    in_list: bool = False

    def shown(self) -> dict[str, Any]:
        """What `/api/show` says of it."""
        shown: dict[str, Any] = {
            "license": "Somebody's licence",
            "parameters": self.parameters,
            "details": {"format": "gguf", "family": self.family, "parameter_size": "3.2B"},
            "model_info": {
                "general.architecture": self.family,
                f"{self.family}.context_length": self.context_tokens,
                "tokenizer.ggml.tokens": None,
            },
            "capabilities": list(self.capabilities),
        }
        return shown | ({"remote_host": self.remote_host} if self.remote_host else {})

    def listed(self, name: str) -> dict[str, Any]:
        """What `/api/tags` says of it."""
        tag: dict[str, Any] = {
            "name": name,
            "model": name,
            "size": 2_019_393_189,
            "digest": self.digest,
            "details": {"format": "gguf", "family": self.family},
        }
        if self.in_list:
            tag["capabilities"] = list(self.capabilities)
            tag["details"]["context_length"] = self.context_tokens
        return tag | ({"remote_host": self.remote_host} if self.remote_host else {})


def line(value: object) -> bytes:
    """One line of the wire."""
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def says(**message: Any) -> dict[str, Any]:
    """A piece of an answer."""
    return {
        "model": MODEL,
        "created_at": "2026-08-04T08:52:19.385406455Z",
        "message": {"role": "assistant", "content": "", **message},
        "done": False,
    }


def ends(reason: str | None = "stop", **message: Any) -> dict[str, Any]:
    """The last piece, with the counts."""
    return says(**message) | {
        "done": True,
        **({} if reason is None else {"done_reason": reason}),
        "total_duration": 4_883_583_458,
        "prompt_eval_count": 26,
        "eval_count": 282,
    }


@dataclass(slots=True, eq=False)
class ChatCall:
    """One chat, and the means to answer it."""

    body: dict[str, Any]
    headers: dict[str, str]
    _request: web.Request
    _response: web.StreamResponse | None = None
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, data: bytes) -> None:
        """Bytes of the answer, as they are."""
        if self._response is None:
            self._response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
            await self._response.prepare(self._request)
        await self._response.write(data)

    async def say(self, *pieces: dict[str, Any], every: float = 0.0) -> None:
        for piece in pieces:
            await self.send(line(piece))
            await asyncio.sleep(every)

    def cut(self) -> None:
        """Break the connection, as a cable does."""
        assert self._request.transport is not None
        self._request.transport.abort()

    async def answered(self) -> web.StreamResponse:
        if self._response is None:
            await self.send(b"")
        assert self._response is not None
        await self._response.write_eof()
        return self._response


Script = Callable[[ChatCall], Awaitable[web.Response | None]]


async def _ordinary(call: ChatCall) -> None:
    if call.body["stream"]:
        await call.say(says(content="An "), says(content="answer."), ends())
    else:
        await call.send(line(ends(content="An answer.")).rstrip())


class OllamaUpstream:
    """Answers on a free port until closed. Remembers every call as its path and body."""

    def __init__(self) -> None:
        self.base_url = ""
        self.models: dict[str, OnShelf] = {MODEL: OnShelf()}
        self.memory: dict[str, int] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.chats: list[ChatCall] = []
        self.script: Script = _ordinary
        self.pull: list[bytes] = []
        """What a pull sends; after the last piece the connection is cut where that is empty."""
        self.missing: set[str] = set()
        """Paths that this version of the server does not have."""
        self.show_gate: Callable[[], Awaitable[None]] | None = None

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The bodies of all calls to this path."""
        return [body for called, body in self.calls if called == path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call, whatever its path."""
        body: dict[str, Any] = json.loads(await request.read() or b"{}")
        self.calls.append((request.path, body))
        if request.path in self.missing:
            return web.Response(status=404, text="404 page not found")
        match (request.method, request.path):
            case ("GET", "/api/tags"):
                listed = [model.listed(name) for name, model in self.models.items()]
                return web.json_response({"models": listed})
            case ("GET", "/api/ps"):
                return web.json_response(
                    {"models": [_running(*held) for held in self.memory.items()]}
                )
            case ("GET", "/api/version"):
                return web.json_response({"version": "0.33.0"})
            case ("POST", "/api/pull"):
                return await self._pull(request)
            case _:
                return await self._about_a_model(request, body)

    async def _about_a_model(
        self, request: web.Request, body: dict[str, Any]
    ) -> web.StreamResponse:
        name = full(body["model"])
        if name not in self.models:
            said = f"model '{body['model']}' not found"
            return web.json_response({"error": said}, status=404)
        match request.path:
            case "/api/show":
                if self.show_gate:
                    await self.show_gate()
                return web.json_response(self.models[name].shown())
            case "/api/delete":
                del self.models[name]
                return web.Response()
            case "/api/embed":
                return self._embed(name, body)
            case _:
                return await self._chat(request, name, body)

    def _embed(self, name: str, body: dict[str, Any]) -> web.Response:
        window = self._hold(name, body)
        if any(len(text) // 4 > window for text in body["input"]):
            said = "the input length exceeds the context length"
            return web.json_response({"error": said}, status=400)
        length = body.get("dimensions") or 4
        vectors = [[len(text) / 8.0] * length for text in body["input"]]
        return web.json_response(
            {"model": name, "embeddings": vectors, "prompt_eval_count": 8 * len(vectors)}
        )

    async def _chat(
        self, request: web.Request, name: str, body: dict[str, Any]
    ) -> web.StreamResponse:
        if not body["messages"]:
            if body.get("keep_alive") == 0:
                self.memory.pop(name, None)
                return web.json_response(says() | {"done": True, "done_reason": "unload"})
            self._hold(name, body)
            return web.json_response(says() | {"done": True, "done_reason": "load"})
        call = ChatCall(body, dict(request.headers), request)
        self.chats.append(call)
        window = self._hold(name, body)
        tokens = sum(len(message["content"]) // 2 for message in body["messages"])
        if tokens > window:
            said = f"request ({tokens} tokens) exceeds the available context size ({window} tokens)"
            return web.json_response({"error": said}, status=400)
        try:
            refusal = await self.script(call)
            return refusal or await call.answered()
        except (asyncio.CancelledError, ConnectionError):
            call.hung_up.set()
            raise

    def _hold(self, name: str, body: dict[str, Any]) -> int:
        """Load the model with the window asked for, or else the usual one; the window it has now."""
        asked: int = body.get("options", {}).get("num_ctx", 4096)
        self.memory[name] = min(asked, self.models[name].context_tokens)
        return self.memory[name]

    async def _pull(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        for piece in self.pull:
            if not piece:
                assert request.transport is not None
                request.transport.abort()
                return response
            await response.write(piece)
        await response.write_eof()
        return response


def full(name: str) -> str:
    name = name.lower()
    return name if ":" in name else f"{name}:latest"


def _running(name: str, window: int) -> dict[str, Any]:
    return {"name": name, "model": name, "size_vram": 0, "context_length": window}


@asynccontextmanager
async def serving(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncGenerator[str]:
    """The address of a server that gives every call to `answer`, as long as the block lasts."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def an_ollama() -> AsyncGenerator[tuple[OllamaUpstream, aiohttp.ClientSession]]:
    """An Ollama that lasts as long as the block, and the client to ask it with."""
    upstream = OllamaUpstream()
    async with serving(upstream.answer) as base_url, aiohttp.ClientSession() as http:
        upstream.base_url = base_url
        yield upstream, http

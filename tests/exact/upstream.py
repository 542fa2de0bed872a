"""A stand-in for every vendor, which does with each call what the plan says and writes down what it told.

What it wrote down is what the ledger is held against.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from tests.exact.plan import Planned, is_count, numbers_in
from tests.support.upstream import Call, read_request
from tests.support.wire_answers import FORMATS, WireFormat

_BESIDE: Mapping[str, object] = {
    "/api/show": {"capabilities": ["completion"], "details": {}, "model_info": {}},
    "/api/ps": {"models": []},
}
"""What Ollama is asked beside the question."""
_EMBEDDED_AT = ("/embeddings", "/api/embed", ":batchEmbedContents")
TOKENS_EMBEDDED = 3
"""So many times our own estimate an embedding model says that it read: then each text's share is whole."""


@dataclass(slots=True, eq=False)
class Told:
    """What was told of one call by one target. `read` and `written` where it came to its end."""

    kind: str
    pieces: list[str] = field(default_factory=list[str])
    whole: bool = False
    """Asked for in one piece."""
    ended: bool = False
    read: object = None
    written: object = None


@dataclass(slots=True, eq=False)
class Watched:
    """One call as it goes. `asked`: it has arrived; `heard`: its asker has all that was told so far."""

    planned: Planned
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    told: list[Told] = field(default_factory=list[Told])


class ExactUpstream:
    """Answers on a free port. Its base URL for a kind of server is `url(kind)`."""

    def __init__(self, calls: Sequence[Planned]) -> None:
        self.calls = {
            planned.number + place: Watched(planned)
            for planned in calls
            for place in range(planned.prompts)
        }
        self.port = 0
        self._serving: set[asyncio.Task[Any]] = set()

    def url(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.port}/{kind}{FORMATS[kind].path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                path, headers, body = await read_request(reader)
                _, kind, rest = path.split("/", 2)
                call = Call(headers, body, writer)
                if beside := _BESIDE.get(f"/{rest}"):
                    await call.refuse(200, beside)
                elif path.endswith(_EMBEDDED_AT):
                    await self._embed(call, kind)
                else:
                    await self._answer(call, reader, kind, path)
        finally:
            writer.close()
            self._serving.discard(task)

    async def close(self) -> None:
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _answer(self, call: Call, reader: asyncio.StreamReader, kind: str, path: str) -> None:
        wire = orjson.dumps(call.body)
        (number,) = numbers_in(wire)
        watched = self.calls[number]
        told = Told(kind, whole=_is_whole(call.body, path))
        watched.told.append(told)
        watched.asked.set()
        is_second = b"-second" in wire or "-second" in path
        fate = "finished" if is_second else watched.planned.fate
        match fate:
            case "refused with 429" | "refused with 500":
                status = int(fate[-3:])
                await call.refuse(status, {"error": {"message": f"That is {status}."}})
            case "left before a word":
                await reader.read()
            case "cut" | "garbled" | "switched":
                await _begin(call, told, watched)
                if watched.planned.stream and fate != "switched":
                    # What is not read yet when a connection breaks may be lost on the way.
                    await watched.heard.wait()
                if fate == "garbled":
                    await call.send(_garbled(FORMATS[kind]))
            case "left" | "revoked" | "cancelled":
                await _begin(call, told, watched)
                await reader.read()
            case "the first of two leaves":
                await _begin(call, told, watched)
                await watched.heard.wait()
                await _end(call, told, watched.planned)
            case _:
                await _tell(call, told, watched.planned)

    async def _embed(self, call: Call, kind: str) -> None:
        wire = orjson.dumps(call.body)
        watched = [self.calls[number] for number in numbers_in(wire)]
        told = [Told(kind) for _ in watched]
        for one, what in zip(watched, told, strict=True):
            one.told.append(what)
        fates = {one.planned.fate for one in watched}
        for status in (429, 500):
            if f"refused with {status}" in fates:
                await call.refuse(status, {"error": {"message": f"That is {status}."}})
                return
        numbers = [one.planned.number for one in watched]
        read: object = TOKENS_EMBEDDED * sum(numbers)
        # A true number is shared among all whose texts came together.
        lies = [
            one.planned.read
            for one in watched
            if one.planned.fate == "lied about" and not is_count(one.planned.read)
        ]
        if lies:
            read = lies[0]
        for what, number in zip(told, numbers, strict=True):
            what.ended, what.written = True, 0
            what.read = read if lies else TOKENS_EMBEDDED * number
        await call.refuse(200, _vectors(kind, len(numbers), read))


def _is_whole(body: Mapping[str, Any], path: str) -> bool:
    return not path.partition("?")[0].endswith(":streamGenerateContent") and not body.get("stream")


def _events(told: Told, planned: Planned) -> list[bytes]:
    format_ = FORMATS[told.kind]
    return format_.tell(planned.pieces, planned.read, planned.written)


async def _begin(call: Call, told: Told, watched: Watched) -> None:
    """All but the last piece, and not the end. What was asked for in one piece is cut in its middle."""
    planned = watched.planned
    if told.whole:
        whole = orjson.dumps(_whole(told, planned))
        await call.head(media_type="application/json")
        await call.send(whole[: len(whole) // 2])
        return
    await call.head(media_type=FORMATS[told.kind].media_type)
    last = planned.pieces[-1].encode()
    for event in _events(told, planned):
        if last in event:
            return
        await call.send(event)
        told.pieces += [piece for piece in planned.pieces if piece.encode() in event]


async def _end(call: Call, told: Told, planned: Planned) -> None:
    last = planned.pieces[-1].encode()
    events = _events(told, planned)
    place = next(place for place, event in enumerate(events) if last in event)
    _note(told, planned)
    await call.send(b"".join(events[place:]))
    await call.end()


async def _tell(call: Call, told: Told, planned: Planned) -> None:
    _note(told, planned)
    if told.whole:
        await call.refuse(200, _whole(told, planned))
        return
    await call.head(media_type=FORMATS[told.kind].media_type)
    await call.send(b"".join(_events(told, planned)))
    await call.end()


def _note(told: Told, planned: Planned) -> None:
    told.pieces = list(planned.pieces)
    told.ended, told.read, told.written = True, planned.read, planned.written


def _garbled(format_: WireFormat) -> bytes:
    """Something of which everybody sees that it is not the protocol, whoever passes on the rest unread."""
    words = b'{"type":"error", "error": {"usage": {, "type": "response.failed"'
    return words + b"\n" if format_.kind == "ollama" else b"data: %s\n\n" % words


def _whole(told: Told, planned: Planned) -> dict[str, Any]:
    text, read, written = "".join(planned.pieces), planned.read, planned.written
    match told.kind:
        case "anthropic":
            return {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "a-model",
                "content": [{"type": "text", "text": text}],
                "stop_reason": "end_turn",
                "usage": {"input_tokens": read, "output_tokens": written},
            }
        case "gemini":
            candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
            return {
                "candidates": [{**candidate, "finishReason": "STOP"}],
                "usageMetadata": {"promptTokenCount": read, "candidatesTokenCount": written},
            }
        case "ollama":
            return {
                "model": "a-model",
                "message": {"role": "assistant", "content": text},
                "done": True,
                "done_reason": "stop",
                "prompt_eval_count": read,
                "eval_count": written,
            }
        case "openai-responses":
            part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
            message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
            return {
                "id": "resp_1",
                "object": "response",
                "status": "completed",
                "output": [message],
                "usage": {"input_tokens": read, "output_tokens": written},
            }
        case _:
            message = {"role": "assistant", "content": text}
            return {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1,
                "model": "a-model",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": read, "completion_tokens": written},
            }


def _vectors(kind: str, count: int, read: object) -> dict[str, Any]:
    vectors = [[0.25, 0.5]] * count
    match kind:
        case "gemini":
            usage = {"usageMetadata": {"promptTokenCount": read}}
            return {"embeddings": [{"values": vector} for vector in vectors], **usage}
        case "ollama":
            return {"embeddings": vectors, "prompt_eval_count": read}
        case _:
            data = [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]
            return {"data": data, "usage": {"prompt_tokens": read}}


@asynccontextmanager
async def an_exact_upstream(calls: Sequence[Planned]) -> AsyncGenerator[ExactUpstream]:
    """An upstream that lasts as long as the block."""
    upstream = ExactUpstream(calls)
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0, backlog=1024)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        await upstream.close()

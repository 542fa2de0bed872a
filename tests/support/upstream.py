"""A server that speaks OpenAI's chat completions and does whatever a test tells it to, also what no server should.

It runs in the test's own event loop, on bare sockets, so that every byte, pause and cut is the script's. A script is a
coroutine that is given the `Call` to answer; it is chosen by the question asked.
"""

import asyncio
import gzip
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

MODELS = ("wordy", "other")
MODEL = MODELS[0]
CONTINUING = "Your last answer was cut off."
"""How the server asks a model that only answers to go on with an answer instead."""


@dataclass(slots=True, eq=False)
class Call:
    """One request to the upstream, and the means to answer it."""

    headers: dict[str, str]
    body: dict[str, Any]
    _writer: asyncio.StreamWriter
    arrived_at: float = field(default_factory=time.monotonic)
    sent: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    """Each piece of text, with the moment at which it went out."""
    closed_at: float | None = None
    """When the client hung up before the answer's end."""
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    _head_sent: bool = False
    _ended: bool = False

    @property
    def question(self) -> str:
        return _last_question(self.body)

    @property
    def beginning(self) -> str:
        """What there is already of an answer that is to be continued; empty for a new one."""
        return _beginning(self.body)

    @property
    def text_sent(self) -> str:
        return "".join(text for _, text in self.sent)

    def text_sent_before(self, moment: float) -> str:
        return "".join(text for sent_at, text in self.sent if sent_at <= moment)

    async def head(
        self,
        status: int = 200,
        *,
        media_type: str = "text/event-stream",
        headers: dict[str, str] | None = None,
    ) -> None:
        """The status line and headers of a body in chunks, of unknown length."""
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {media_type}"]
        lines += ["Transfer-Encoding: chunked", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._head_sent = True
        await self.send_bare("\r\n".join([*lines, "", ""]).encode())

    async def send_bare(self, data: bytes) -> None:
        """Bytes as they are, not even framed as HTTP."""
        self._writer.write(data)
        await self._writer.drain()

    async def send(self, data: bytes) -> None:
        """Bytes of the body."""
        if not self._head_sent:
            await self.head()
        if data:  # an empty chunk would end the body
            await self.send_bare(b"%x\r\n%s\r\n" % (len(data), data))

    async def event(self, value: object) -> None:
        await self.send(b"data: %s\n\n" % orjson.dumps(value))

    async def delta(self, finish_reason: str | None = None, **fields: str) -> None:
        await self.event(
            {"choices": [{"index": 0, "delta": fields, "finish_reason": finish_reason}]}
        )

    async def say(self, *pieces: str, every: float = 0.0) -> None:
        """Pieces of the answer, one event each, `every` seconds apart."""
        for piece in pieces:
            self.sent.append((time.monotonic(), piece))
            await self.delta(content=piece)
            await asyncio.sleep(every)

    async def finish(self, reason: str = "stop") -> None:
        """The protocol's own end."""
        await self.delta(finish_reason=reason)
        await self.event(
            {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": len(self.sent)}}
        )
        await self.send(b"data: [DONE]\n\n")
        await self.end()

    async def end(self) -> None:
        """The end of the body, whether or not the answer is complete."""
        self._ended = True
        await self.send_bare(b"0\r\n\r\n")

    def cut(self) -> None:
        """Break the connection, as a cable does."""
        self._ended = True
        self._writer.transport.abort()

    async def refuse(
        self, status: int, body: object = None, *, headers: dict[str, str] | None = None
    ) -> None:
        """An answer that is no answer."""
        await self.head(status, media_type="application/json", headers=headers)
        await self.send(body if isinstance(body, bytes) else orjson.dumps(body))
        await self.end()

    async def wait_for_hang_up(self) -> None:
        async with asyncio.timeout(10):
            await self.hung_up.wait()

    def note_hang_up(self) -> None:
        if not self._ended:
            self.closed_at = time.monotonic()
        self.hung_up.set()


Script = Callable[[Call], Awaitable[None]]


def gzipped(*events: object) -> bytes:
    """Events as one compressed body, complete with their end."""
    lines = b"".join(b"data: %s\n\n" % orjson.dumps(event) for event in events)
    return gzip.compress(lines + b"data: [DONE]\n\n")


def vectors_of(body: dict[str, Any]) -> dict[str, Any]:
    """A vector for each text that is asked for, of its length."""
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    data = [{"index": place, "embedding": [len(text), 1.0]} for place, text in enumerate(texts)]
    return {"data": data, "usage": {"prompt_tokens": sum(map(len, texts))}}


def says(*pieces: str, every: float = 0.0) -> Script:
    """The script of a well-behaved model. Asked to go on with a beginning of this, it says the rest at once."""
    whole = "".join(pieces)

    async def script(call: Call) -> None:
        if call.beginning and whole.startswith(call.beginning):
            await call.say(whole.removeprefix(call.beginning))
        else:
            await call.say(*pieces, every=every)
        await call.finish()

    return script


class Upstream:
    """Answers on a free port until closed. Remembers every call."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.port = 0
        self.window: int | None = None
        """How many tokens its models say that they read; None: they do not say."""
        self.tells_models = asyncio.Event()
        """While it is clear, whoever asks which models there are waits."""
        self.tells_models.set()
        self.lists_asked = 0
        self.otherwise = says("An ", "ordinary ", "answer.")
        """The script for a question that has none of its own."""
        self._scripts: dict[str, Script] = {}
        self._arrived = asyncio.Condition()
        self._serving: set[asyncio.Task[Any]] = set()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def when_asked(self, question: str, script: Script) -> None:
        """Answer the conversation in which this was asked last with `script`."""
        self._scripts[question] = script

    def calls_about(self, question: str) -> list[Call]:
        return [call for call in self.calls if call.question == question]

    async def call_about(self, question: str) -> Call:
        """The latest call with this question, as soon as there is one."""
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: self.calls_about(question))
        return self.calls_about(question)[-1]

    async def until_list_asked(self) -> None:
        """Returns once somebody has asked which models there are."""
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: self.lists_asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request: the answer says that it closes."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                path, headers, body = await read_request(reader)
                call = Call(headers, body, writer)
                if path.endswith("/models"):
                    await self._tell_models(call)
                elif path.endswith("/embeddings"):
                    await call.refuse(200, vectors_of(call.body))
                else:
                    await self._answer(call, reader)
        finally:
            writer.close()
            self._serving.discard(task)

    async def _tell_models(self, call: Call) -> None:
        self.lists_asked += 1
        async with self._arrived:
            self._arrived.notify_all()
        await self.tells_models.wait()
        await call.refuse(200, {"data": [self._described(name) for name in MODELS]})

    def _described(self, name: str) -> dict[str, object]:
        return {"id": name, **({"max_model_len": self.window} if self.window else {})}

    async def close(self) -> None:
        """Drop every call, whatever its script was about to do."""
        for task in list(self._serving):
            task.cancel()
        while self._serving:  # noqa: ASYNC110 - each takes itself out, and nobody is told
            await asyncio.sleep(0)

    async def _answer(self, call: Call, reader: asyncio.StreamReader) -> None:
        self.calls.append(call)
        async with self._arrived:
            self._arrived.notify_all()
        script = self._scripts.get(call.question, self.otherwise)
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(_watch(call, reader))
            try:
                await script(call)
            except ConnectionError:
                # Heard by writing, before whoever listens has heard it.
                call.note_hang_up()
            watching.cancel()


async def _watch(call: Call, reader: asyncio.StreamReader) -> None:
    """The client says nothing more; what comes is its hanging up."""
    with suppress(ConnectionError):
        await reader.read(1)
    call.note_hang_up()


async def read_request(
    reader: asyncio.StreamReader,
) -> tuple[str, dict[str, str], dict[str, Any]]:
    """One request: its path, its headers with names in small letters, its JSON."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return head[0].split(" ")[1], headers, orjson.loads(body) if body else {}


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    return body.get("messages", [])


def _last_question(body: dict[str, Any]) -> str:
    """What the person asked last: an answer that is continued has an instruction of ours after it."""
    asked = [_words_of(message) for message in _messages(body) if message["role"] == "user"]
    return asked[-2 if _beginning(body) else -1] if asked else ""


def _beginning(body: dict[str, Any]) -> str:
    messages = _messages(body)
    continues = len(messages) > 1 and _words_of(messages[-1]).startswith(CONTINUING)
    return _words_of(messages[-2]) if continues else ""


def _words_of(message: dict[str, Any]) -> str:
    """What is said beside images; nothing where tools are called."""
    content: Any = message.get("content") or ""
    return content if isinstance(content, str) else "".join(p.get("text", "") for p in content)


def words(count: int, *, seed: str = "") -> list[str]:
    """Pieces of an answer in which none is like another, with characters of one to four bytes."""
    marks = ("", "é", "語", "🦉")
    return [f"{seed}{number}{marks[number % 4]} " for number in range(count)]


@asynccontextmanager
async def an_upstream(port: int = 0) -> AsyncGenerator[Upstream]:
    """An upstream that lasts as long as the block."""
    upstream = Upstream()
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", port, backlog=1024)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        await upstream.close()

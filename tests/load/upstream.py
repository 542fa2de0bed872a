"""A small, very fast server that speaks OpenAI's streamed chat completions. It knows five models.

`burst-64` writes 64 events with one `write` call each, as fast as the socket takes them;
`paced-64-20ms` one event each 20 ms, the moment of its sending (`time.monotonic_ns`, the same clock
for all processes of a machine) in its text; `endless-20ms` and `endless-1s` go on until the reader goes.
All bytes are made beforehand. It is no model of a real provider: it never refuses and never fails.
"""

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import cast

import orjson
import uvloop
from tests.load.words import (
    BURST,
    ENDLESS,
    HELD,
    MODELS,
    NARROW,
    NARROW_WINDOW,
    ONE_MORE,
    PACED,
    STAMP_DIGITS,
    TOKENS,
    word,
)
from typing_extensions import override

PACE_SECONDS = 0.02
HOLD_SECONDS = 1.0
BACKLOG = 4096

_MODEL = re.compile(rb'"model":\s*"([^"]+)"')
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)
_LAST_CHUNK = b"0\r\n\r\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _event(model: str, **choice: object) -> bytes:
    body = {
        "id": "chatcmpl-0123456789abcdef",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": model,
        "choices": [{"index": 0, "logprobs": None, **choice}],
    }
    return b"data: " + orjson.dumps(body) + b"\n\n"


def _token(model: str, text: str) -> bytes:
    return _chunk(_event(model, delta={"content": text}, finish_reason=None))


def _opening(model: str) -> bytes:
    first = _event(model, delta={"role": "assistant", "content": ""}, finish_reason=None)
    return _STREAM_HEAD + _chunk(first)


def _ending(model: str) -> bytes:
    usage = {"prompt_tokens": 9, "completion_tokens": TOKENS, "total_tokens": TOKENS + 9}
    counted = b"data: " + orjson.dumps({"choices": [], "usage": usage}) + b"\n\n"
    return (
        _chunk(_event(model, delta={}, finish_reason="stop"))
        + _chunk(counted)
        + _chunk(b"data: [DONE]\n\n")
        + _LAST_CHUNK
    )


def _stamped(number: int) -> tuple[bytes, bytes]:
    """The event of a paced token in two pieces: the stamp goes between them."""
    mark = "@" + "#" * STAMP_DIGITS
    before, _, after = _token(PACED, f"{word(number)}{mark} ").partition(mark.encode())
    return before + b"@", after


_BURST = [_token(BURST, word(number)) for number in range(TOKENS)]
_PACED = [_stamped(number) for number in range(TOKENS)]
_ENDLESS = {model: _token(model, ONE_MORE) for model in (HELD, ENDLESS)}
_WINDOWS = {NARROW: {"max_model_len": NARROW_WINDOW}}
_LIST = orjson.dumps(
    {"object": "list", "data": [{"id": name, **_WINDOWS.get(name, {})} for name in MODELS]}
)
_JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
_MODELS = _JSON % (len(_LIST), _LIST)


class Calls:
    """How many questions came, for who asks `GET /calls`."""

    answered = 0


class UpstreamConnection(asyncio.Protocol):
    """One kept-alive connection: requests one after the other, the model's name chooses the answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop, calls: Calls) -> None:
        self._loop = loop
        self._calls = calls
        self._transport: asyncio.Transport | None = None
        self._socket = -1
        self._received = b""
        self._next = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports behave like asyncio's without being derived from them.
        self._transport = cast("asyncio.Transport", transport)
        self._socket = transport.get_extra_info("socket").fileno()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = _LENGTH.search(head)
        if length is not None and len(body) < int(length[1]):
            return
        self._received = b""
        self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET /calls "):
            counted = b"%d" % self._calls.answered
            self._write(_JSON % (len(counted), counted))
            return
        if head.startswith(b"GET "):
            self._write(_MODELS)
            return
        self._calls.answered += 1
        named = _MODEL.search(body)
        model = named[1].decode() if named else ""
        if model in (BURST, NARROW):
            self._burst()
        elif model == PACED:
            self._begin(PACED, self._say_paced)
        elif model == HELD:
            self._begin(HELD, partial(self._say_again, HELD, HOLD_SECONDS))
        elif model == ENDLESS:
            self._begin(ENDLESS, partial(self._say_again, ENDLESS, PACE_SECONDS))
        else:
            self._write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")

    def _burst(self) -> None:
        self._write(_opening(BURST))
        for event in _BURST:
            self._write(event)
        self._write(_ending(BURST))

    def _begin(self, model: str, say: Callable[[], None]) -> None:
        self._write(_opening(model))
        self._next = 0
        self._due = self._loop.time()
        say()

    def _say_paced(self) -> None:
        before, after = _PACED[self._next]
        self._write(b"%s%020d%s" % (before, time.monotonic_ns(), after))
        self._next += 1
        if self._next == TOKENS:
            self._write(_ending(PACED))
        else:
            self._again(PACE_SECONDS, self._say_paced)

    def _say_again(self, model: str, seconds: float) -> None:
        self._write(_ENDLESS[model])
        self._again(seconds, partial(self._say_again, model, seconds))

    def _again(self, seconds: float, say: Callable[[], None]) -> None:
        if self._transport is not None:
            self._due += seconds
            self._timer = self._loop.call_at(self._due, say)

    def _write(self, data: bytes) -> None:
        """One system call a piece, as a provider does it; the event loop would join them."""
        transport = self._transport
        if transport is None:
            return
        written = 0
        if not transport.get_write_buffer_size():
            try:
                written = os.write(self._socket, data)
            except BlockingIOError:
                written = 0
            except OSError:
                transport.abort()
                return
        if written < len(data):
            transport.write(data[written:])


async def serve() -> None:
    """Listen on a free port of the loopback, print it, and answer until killed."""
    loop = asyncio.get_running_loop()
    calls = Calls()
    server = await loop.create_server(
        lambda: UpstreamConnection(loop, calls), "127.0.0.1", 0, backlog=BACKLOG
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())

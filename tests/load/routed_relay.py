"""The bare relay (tests/load/relay.py) with our routing and our adapter between: what *they* cost a pass.

The same library in front and behind, on the same core, and nothing stored either. In between, the answer is read from the
wire format, goes through line, breaker, watch and seam of `inference`, and is written in the wire format again.
"""

import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

import aiohttp
import orjson
import uvloop
from aiohttp import web
from tests.load.relay import listen
from tests.support.ledger import a_meter
from typing_extensions import override

from arcano.inference import (
    Call,
    FairQueue,
    FixedRoutes,
    Inference,
    InferenceEvent,
    Surroundings,
    Targets,
)
from arcano.platform.clock import SystemClock
from arcano.providers import (
    ChatModel,
    FoundModel,
    ModelDirectory,
    ModelFinished,
    ModelRequest,
    RequestMessage,
    TextDelta,
    TextPart,
)
from arcano.providers.kinds import KINDS


class OneProvider(ModelDirectory):
    """Whatever is asked for is at this provider."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @override
    async def find(self, model_id: str) -> FoundModel:
        return FoundModel(self._model, model_id, None)


def call_in(body: bytes) -> Call:
    """The question of a chat completion, as far as the readers of a benchmark use it."""
    asked = orjson.loads(body)
    messages = tuple(
        RequestMessage(message["role"], (TextPart(message["content"]),))
        for message in asked["messages"]
    )
    return Call(ModelRequest(asked["model"], messages), "a-program")


async def chunks_of(events: AsyncGenerator[InferenceEvent], model: str) -> AsyncGenerator[bytes]:
    """The answer as the lines of a streamed chat completion."""
    async for event in events:
        match event:
            case TextDelta(text):
                delta, ended = {"content": text}, None
            case ModelFinished(reason):
                delta, ended = dict[str, str](), reason
            case _:
                continue
        choice = {"index": 0, "delta": delta, "finish_reason": ended}
        chunk = {"object": "chat.completion.chunk", "model": model, "choices": [choice]}
        yield b"data: %b\n\n" % orjson.dumps(chunk)
    yield b"data: [DONE]\n\n"


async def pass_on(inference: Inference, request: web.BaseRequest) -> web.StreamResponse:
    """One question, and its answer as it comes."""
    call = call_in(await request.read())
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    async with aclosing(inference.stream(call)) as events:
        async for chunk in chunks_of(events, call.request.model):
            await response.write(chunk)
    await response.write_eof()
    return response


async def serve(upstream: str) -> None:
    """Pass on what is asked, until killed."""
    connector, cookies = aiohttp.TCPConnector(limit=0), aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=cookies) as http:
        kind = KINDS["openai-compatible"]
        model = kind.make(
            name="upstream", base_url=f"{upstream}/v1", key="sk-of-the-benchmark", http=http
        )
        clock = SystemClock()
        inference = Inference(
            Surroundings(
                routes=FixedRoutes(),
                models=OneProvider(model),
                queue=FairQueue(),
                targets=Targets(clock=clock),
                clock=clock,
            ),
            meter=a_meter(clock),
        )
        await listen(partial(pass_on, inference))


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))

"""What a streamed token costs the processor in each adapter, beside reading the same bytes with aiohttp alone.

Streams come over the loopback at the pace of real models, each token in a read of its own, as providers send
them: that is where a token costs most. The process that reads does nothing else.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import aiohttp
from tests.load.every_format import pieces
from tests.load.figure import Figure, beside
from tests.load.machine import LOAD_CORE, SERVER_CORE, pinned
from tests.load.running import upstream
from tests.support.wire_answers import FORMATS

from arcano.providers import ModelRequest, RequestMessage, TextDelta, TextPart
from arcano.providers.kinds import KINDS

STREAMS = 64
TOKENS = 100
ROUNDS = 3
QUICK_STREAMS = 4
QUICK_TOKENS = 10
TARGET_US = 50

REQUEST = ModelRequest("a-model", (RequestMessage("user", (TextPart("Tell me a story."),)),))

Read = Callable[[aiohttp.ClientSession, str, str], Awaitable[str]]
"""Asks the server of this kind at this address, and returns what it said."""


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """One figure for each adapter; aiohttp alone and the adapter take turns, round by round."""
    streams, tokens = (QUICK_STREAMS, QUICK_TOKENS) if quick else (STREAMS, TOKENS)
    with (
        pinned(LOAD_CORE),
        upstream("tests.load.every_format", str(tokens)) as (_, port),
        pinned(SERVER_CORE),
    ):
        # As the server makes it.
        connector, cookies = aiohttp.TCPConnector(limit=0), aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(connector=connector, cookie_jar=cookies) as http:
            for kind in FORMATS:
                yield await _figure(http, kind, port, streams, tokens, quick=quick)


async def _figure(
    http: aiohttp.ClientSession, kind: str, port: int, streams: int, tokens: int, *, quick: bool
) -> Figure:
    address = f"http://127.0.0.1:{port}/{kind}{FORMATS[kind].path}"
    whole = "".join(pieces(tokens))
    ours: list[float] = []
    alone: list[float] = []
    errors = 0

    async def cost(read: Read, *, verify: bool) -> float:
        nonlocal errors
        before = time.process_time()
        said = await asyncio.gather(*(read(http, kind, address) for _ in range(streams)))
        spent = time.process_time() - before
        errors += sum(text != whole for text in said) if verify else 0
        return spent * 1e6 / (streams * tokens)

    await cost(_through_adapter, verify=True)  # the connections are there from now on
    for _ in range(1 if quick else ROUNDS):
        alone.append(await cost(_with_aiohttp_alone, verify=False))
        ours.append(await cost(_through_adapter, verify=True))
    return beside(
        f"CPU per token through the adapter: {kind}",
        "µs",
        TARGET_US,
        ours=ours,
        direct=alone,
        note=f"{streams} streams at 50 tokens/s; direct: aiohttp reads the same bytes",
        errors=errors,
    )


async def _through_adapter(http: aiohttp.ClientSession, kind: str, address: str) -> str:
    (found,) = (one for one in KINDS.values() if one.id == kind)
    adapter = found.make(name=kind, base_url=address, key="sk-of-the-benchmark", http=http)
    async with aclosing(adapter.stream(REQUEST)) as events:
        return "".join([event.text async for event in events if isinstance(event, TextDelta)])


async def _with_aiohttp_alone(http: aiohttp.ClientSession, _: str, address: str) -> str:
    async with http.post(address, data=b"{}") as response:
        async for _chunk in response.content.iter_any():
            pass
    return ""

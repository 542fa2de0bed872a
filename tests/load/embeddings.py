"""How many more texts a second are embedded when callers share requests: `python -m tests.load embeddings`.

The same crowd of callers, one short text each, asks `Embedder` twice: once with `batch_size` 1, so that every
call goes by itself, and once gathered. Both go to the same target in the same run, in turns, so that a
busy machine hurts both. Two targets: llama.cpp through the local engine with the tests' tiny model, and a
server over HTTP that takes one request at a time, each for a fixed time plus a little for each text,
as one does whose cost is the request. Only there five times are aimed at. Every vector is compared with the one its text has alone: a mixed-up one is an error.
"""

import asyncio
import time
from array import array
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import count
from math import dist
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from aiohttp import web
from tests.load.figure import Figure, middle, spread
from tests.support.embedding_bench import NamedModels
from tests.support.local_engine import KnownFile, KnownFiles
from tests.support.tiny_gguf import TINY, write_tiny_gguf

from arcano.inference import (
    Embedder,
    EmbeddingCall,
    FairQueue,
    FixedRoutes,
    MicroBatch,
    Route,
    Surroundings,
    Target,
    Targets,
)
from arcano.platform.clock import SystemClock
from arcano.providers import ChatModel, LocalEngine, LocalModel, LocalSettings
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel

CALLERS = 64
PER_REQUEST_MS = 20.0
PER_TEXT_MS = 0.2
MODEL = "vectors"
NEAR = 1e-3
"""How far two vectors of the same text may lie apart: sums in another order differ in their last digits."""
_numbers = count()


async def measure(*, quick: bool = False) -> AsyncGenerator[Figure]:
    """How many times as many texts a second, gathered as one by one."""
    rounds = 2 if quick else 9
    with TemporaryDirectory() as folder:
        async with _local(Path(folder)) as model:
            note = "tiny model, whose time goes by texts: for information"
            yield await _figure("the local engine", model, rounds, target=None, note=note)
    async with _fixed_time() as model:
        note = f"one request at a time, {PER_REQUEST_MS:g} ms + {PER_TEXT_MS:g} ms a text"
        yield await _figure("a server of fixed time", model, rounds, target=5.0, note=note)


async def _figure(
    where: str, model: ChatModel, rounds: int, *, target: float | None, note: str
) -> Figure:
    ratios: list[float] = []
    gathered: list[float] = []
    alone: list[float] = []
    errors = 0
    for _ in range(rounds + 1):
        single, wrong_alone = await _texts_a_second(model, batch_size=1)
        together, wrong = await _texts_a_second(model, batch_size=CALLERS)
        alone.append(single)
        gathered.append(together)
        ratios.append(together / single)
        errors += wrong + wrong_alone
    # The first round counts for nothing: it loads, and opens connections.
    return Figure(
        f"embeddings gathered, {where}: times single calls",
        middle(ratios[1:]),
        "",
        target=target,
        better="more",
        direct=middle(alone[1:]),
        note=f"{middle(gathered[1:]):,.0f} texts/s of {CALLERS} callers, direct: by single calls; "
        f"{note}; {spread(ratios[1:])}",
        errors=errors,
    )


async def _texts_a_second(model: ChatModel, *, batch_size: int) -> tuple[float, int]:
    """Of one crowd, and how many of its vectors were not their own."""
    texts = [f"Text {next(_numbers)} of many." for _ in range(CALLERS)]
    rules = MicroBatch(batch_size, timedelta(milliseconds=10))
    target = Target(MODEL, MODEL, micro_batch=rules)
    async with asyncio.TaskGroup() as tasks:
        embedder = Embedder(
            Surroundings(
                routes=FixedRoutes([Route(MODEL, (target,))]),
                models=NamedModels({MODEL: (model, MODEL)}),
                queue=FairQueue(),
                targets=Targets(clock=SystemClock()),
                clock=SystemClock(),
            ),
            tasks=tasks,
        )
        began = time.perf_counter()
        calls = [
            EmbeddingCall(MODEL, (text,), f"caller-{place}") for place, text in enumerate(texts)
        ]
        answers = await asyncio.gather(*(embedder.embed(call) for call in calls))
        seconds = time.perf_counter() - began
        # Some of them once more, alone: what a text means does not depend on its neighbours.
        places = range(0, CALLERS, CALLERS // 4)
        again = [await embedder.embed(calls[place]) for place in places]
    wrong = sum(
        dist(answers[place].vectors[0], own.vectors[0]) > NEAR
        for place, own in zip(places, again, strict=True)
    )
    return CALLERS / seconds, wrong


@asynccontextmanager
async def _local(folder: Path) -> AsyncGenerator[LocalModel]:
    files = KnownFiles()
    path = write_tiny_gguf(folder / "tiny.gguf", shape=TINY)
    files.add(KnownFile(MODEL, path))
    async with LocalEngine(settings=LocalSettings(context_tokens=512)) as engine:
        yield LocalModel(engine=engine, files=files)


@asynccontextmanager
async def _fixed_time() -> AsyncGenerator[OpenAICompatibleModel]:
    """A server that is busy with one request at a time, and how to talk to it."""
    turn = asyncio.Lock()

    async def embed(request: web.Request) -> web.Response:
        body = await request.json()
        async with turn:
            await asyncio.sleep((PER_REQUEST_MS + PER_TEXT_MS * len(body["input"])) / 1000)
        data = [
            {"index": place, "embedding": _vector(text)} for place, text in enumerate(body["input"])
        ]
        return web.json_response({"data": data})

    application = web.Application(client_max_size=2**24)
    application.router.add_post("/v1/embeddings", embed)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield OpenAICompatibleModel(
            name="fixed", base_url=f"http://127.0.0.1:{port}/v1", key=None, http=http
        )
    await runner.cleanup()


def _vector(text: str) -> str:
    """384 numbers of the text's own, as the base64 of 32-bit floats."""
    digest = sha256(text.encode()).digest() * 12
    return b64encode(array("f", [byte / 255 for byte in digest]).tobytes()).decode()

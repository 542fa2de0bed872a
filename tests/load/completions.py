"""How many more rows a second a completion model answers when rows share calls: `python -m tests.load completions`.

The same crowd of rows, one short prompt each, goes through `Inference` twice: once with `batch_size` 1, so that every
row is a call of its own, and once gathered. Both go to the same target in the same run, in turns, so that a busy machine
hurts both. Two targets: a real llama.cpp with the tests' tiny model, asked as anybody's server would be; and a server
that takes one call at a time, each for a fixed time plus a little for each prompt, as one does whose cost is the call.
Every text is compared with the one its prompt has alone: a mixed-up one is an error.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from aiohttp import web
from tests.load.figure import Figure, middle, spread
from tests.support.completion_bench import a_row, written_after
from tests.support.embedding_bench import NamedModels
from tests.support.ledger import a_meter
from tests.support.local_engine import KnownFile, KnownFiles, a_question, all_events
from tests.support.tiny_gguf import TINY, write_tiny_gguf

from arcano.inference import (
    Call,
    FairQueue,
    FixedRoutes,
    Inference,
    MicroBatch,
    Route,
    Surroundings,
    Target,
    Targets,
    open_completer,
)
from arcano.platform.clock import SystemClock
from arcano.providers import (
    ChatModel,
    LocalEngine,
    LocalModel,
    LocalSettings,
    Parameters,
    TextDelta,
)
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel

ROWS = 64
PER_CALL_MS = 20.0
PER_PROMPT_MS = 0.2
MODEL = "base"
LIMIT_TOKENS = 8
TARGET = 5.0
_numbers = count()


async def measure(*, quick: bool = False) -> AsyncGenerator[Figure]:
    """How many times as many rows a second, gathered as one by one."""
    rounds = 2 if quick else 9
    with TemporaryDirectory() as folder:
        async with _llama_cpp(Path(folder)) as model:
            note = f"tiny model, {LIMIT_TOKENS} tokens a row, whose time goes by tokens: for information"
            yield await _figure("llama.cpp", model, rounds, target=None, note=note)
    async with _fixed_time() as model:
        note = f"one call at a time, {PER_CALL_MS:g} ms + {PER_PROMPT_MS:g} ms a prompt"
        yield await _figure("a server of fixed time", model, rounds, target=TARGET, note=note)


async def _figure(
    where: str, model: ChatModel, rounds: int, *, target: float | None, note: str
) -> Figure:
    ratios: list[float] = []
    gathered: list[float] = []
    alone: list[float] = []
    errors = 0
    for _ in range(rounds + 1):
        prompts = [f"Row {next(_numbers)} of a table says" for _ in range(ROWS)]
        single, texts_alone = await _rows_a_second(model, prompts, batch_size=1)
        together, texts = await _rows_a_second(model, prompts, batch_size=ROWS)
        alone.append(single)
        gathered.append(together)
        ratios.append(together / single)
        errors += sum(one != other for one, other in zip(texts, texts_alone, strict=True))
        errors += sum(not text for text in texts)
    # The first round counts for nothing: it opens connections.
    return Figure(
        f"rows gathered, {where}: times single calls",
        middle(ratios[1:]),
        "",
        target=target,
        better="more",
        direct=middle(alone[1:]),
        note=f"{middle(gathered[1:]):,.0f} rows/s of {ROWS} at once, direct: by single calls; "
        f"{note}; {spread(ratios[1:])}",
        errors=errors,
    )


async def _rows_a_second(
    model: ChatModel, prompts: list[str], *, batch_size: int
) -> tuple[float, list[str]]:
    """Of one crowd, and what each row has."""
    rules = MicroBatch(batch_size, timedelta(milliseconds=10))
    target = Target(MODEL, MODEL, micro_batch=rules, completes=True)
    async with open_completer() as completer:
        inference = Inference(
            Surroundings(
                routes=FixedRoutes([Route("route", (target,))]),
                models=NamedModels({MODEL: (model, MODEL)}),
                queue=FairQueue(),
                targets=Targets(clock=SystemClock()),
                clock=SystemClock(),
                completer=completer,
            ),
            meter=a_meter(SystemClock()),
        )
        parameters = Parameters(temperature=0.0, max_tokens=LIMIT_TOKENS)
        calls = [a_row(prompt, parameters=parameters) for prompt in prompts]
        began = time.perf_counter()
        texts = await asyncio.gather(*(_text_of(inference, call) for call in calls))
        seconds = time.perf_counter() - began
    return len(prompts) / seconds, texts


async def _text_of(inference: Inference, call: Call) -> str:
    async with aclosing(inference.stream(call)) as events:
        return "".join([event.text async for event in events if isinstance(event, TextDelta)])


@asynccontextmanager
async def _llama_cpp(folder: Path) -> AsyncGenerator[OpenAICompatibleModel]:
    files = KnownFiles()
    files.add(KnownFile(MODEL, write_tiny_gguf(folder / "tiny.gguf", shape=TINY)))
    async with LocalEngine(settings=LocalSettings(context_tokens=512)) as engine:
        await all_events(LocalModel(engine=engine, files=files), a_question(MODEL, tokens=1))
        server = engine.speaker_of(MODEL)
        if server is None:
            raise RuntimeError("llama.cpp did not stay")
        yield server


@asynccontextmanager
async def _fixed_time() -> AsyncGenerator[OpenAICompatibleModel]:
    """A server that is busy with one call at a time, and how to talk to it."""
    turn = asyncio.Lock()

    async def complete(request: web.Request) -> web.Response:
        prompts = (await request.json())["prompt"]
        async with turn:
            await asyncio.sleep((PER_CALL_MS + PER_PROMPT_MS * len(prompts)) / 1000)
        choices = [
            {"index": place, "text": written_after(prompt), "finish_reason": "stop"}
            for place, prompt in enumerate(prompts)
        ]
        return web.json_response({"choices": choices})

    application = web.Application(client_max_size=2**24)
    application.router.add_post("/v1/completions", complete)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield OpenAICompatibleModel(
            name="fixed", base_url=f"http://127.0.0.1:{port}/v1", key=None, http=http
        )
    await runner.cleanup()

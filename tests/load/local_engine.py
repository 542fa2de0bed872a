"""How much of llama.cpp's own speed is left when it answers through us: `python -m tests.load.local_engine`.

Direct is `xllamacpp.Server` in this process, asked from one thread for each answer; ours is
`LocalModel.stream` through the engine's child process. Both have the same model, seats, context and
threads and are measured in turns in one run, so that the figure is a ratio and a busy machine hurts both.
Then: how much more sixteen answers at once come to than one, and how soon somebody new hears his first word
while fifteen others are being written.
"""

import argparse
import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.load.figure import HEADING, Figure, beside, line_of, middle, spread
from tests.support.local_engine import KnownFile, KnownFiles
from tests.support.tiny_gguf import SMALL, write_tiny_gguf

from arcano.providers import ModelRequest, Parameters, RequestMessage, TextPart
from arcano.providers.events import ModelFinished, TextDelta
from arcano.providers.local import LocalEngine, LocalModel, LocalSettings, look_at_host

SEATS = 16
CONTEXT_TOKENS = 512
PARALLEL = (1, 4, 16)
OTHERS = SEATS - 1
LONG_TOKENS = 400
"""Of those who write when somebody new comes: more than they get round to."""
_numbers = count()


class Direct:
    """llama.cpp in this process."""

    def __init__(self, path: Path) -> None:
        xllamacpp: Any = import_module("xllamacpp")
        params: Any = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_parallel = SEATS
        params.n_ctx = CONTEXT_TOKENS * SEATS
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = look_at_host().threads
        params.cache_ram_mib = 0
        params.ui = False
        params.verbosity = 0
        self._server = xllamacpp.Server(params)
        self._threads = ThreadPoolExecutor(SEATS)

    def tokens_per_second(self, parallel: int, tokens: int) -> float:
        began = time.perf_counter()
        written = list(self._threads.map(self._answer, [tokens] * parallel))
        return sum(written) / (time.perf_counter() - began)

    def first_word_beside_others(self) -> float:
        """Milliseconds until somebody new hears his first word while others are being written."""
        writing = [threading.Event() for _ in range(OTHERS)]
        others = [self._threads.submit(self._answer, LONG_TOKENS, begun) for begun in writing]
        for begun in writing:
            begun.wait()
        asked, heard = time.perf_counter(), threading.Event()
        newcomer = self._threads.submit(self._answer, 2, heard)
        heard.wait()
        waited = (time.perf_counter() - asked) * 1000
        for answer in (newcomer, *others):
            answer.result()
        return waited

    def _answer(self, tokens: int, begun: threading.Event | None = None) -> int:
        usage: list[int] = []

        def hear(chunk: dict[str, Any]) -> None:
            if said := chunk.get("usage"):
                usage.append(said["completion_tokens"])
            if begun and any(choice["delta"].get("content") for choice in chunk.get("choices", ())):
                begun.set()

        question = {"role": "user", "content": _question()}
        self._server.handle_chat_completions(
            {
                "messages": [question],
                "max_tokens": tokens,
                "stream": True,
                "stream_options": {"include_usage": True},
            },
            hear,
        )
        return usage[-1]


async def ours_per_second(model: LocalModel, parallel: int, tokens: int) -> float:
    began = time.perf_counter()
    written = await asyncio.gather(*(_our_answer(model, tokens) for _ in range(parallel)))
    return sum(written) / (time.perf_counter() - began)


async def _our_answer(model: LocalModel, tokens: int) -> int:
    async with aclosing(model.stream(_asking(tokens))) as events:
        async for event in events:
            if isinstance(event, ModelFinished) and event.usage:
                return event.usage.output_tokens or 0
    return 0


def _asking(tokens: int) -> ModelRequest:
    question = RequestMessage("user", (TextPart(_question()),))
    return ModelRequest("bench", (question,), Parameters(max_tokens=tokens))


def _question() -> str:
    """Each a new one, so that no answer is spared its reading."""
    return f"Question {next(_numbers)}: what is a story?"


@asynccontextmanager
async def our_model(path: Path) -> AsyncGenerator[LocalModel]:
    settings = LocalSettings(parallel=SEATS, context_tokens=CONTEXT_TOKENS)
    files = KnownFiles()
    files.add(KnownFile("bench", path, context_tokens=32_768))
    async with LocalEngine(settings=settings) as engine:
        yield LocalModel(engine=engine, files=files)


async def measure(*, quick: bool = False, path: Path | None = None) -> AsyncGenerator[Figure]:
    """What is left of llama.cpp's own speed, for the model at `path` or one made for it."""
    rounds, tokens = (2, 24) if quick else (15, 40)
    with TemporaryDirectory() as folder:
        path = path or write_tiny_gguf(Path(folder) / "bench.gguf", shape=SMALL)
        direct = await asyncio.to_thread(Direct, path)
        async with our_model(path) as model:
            speeds: dict[int, list[tuple[float, float]]] = {}
            for parallel in PARALLEL:
                # The first round counts for nothing: it loads, and fills what is kept.
                pairs = [await _a_round(direct, model, parallel, tokens) for _ in range(rounds + 1)]
                speeds[parallel] = pairs[1:]
                yield _figure(parallel, pairs[1:])
            yield _gain(speeds[1], speeds[SEATS])
            yield await _newcomer(direct, model, rounds)


async def _a_round(
    direct: Direct, model: LocalModel, parallel: int, tokens: int
) -> tuple[float, float]:
    theirs = await asyncio.to_thread(direct.tokens_per_second, parallel, tokens)
    return theirs, await ours_per_second(model, parallel, tokens)


def _figure(parallel: int, pairs: list[tuple[float, float]]) -> Figure:
    """Tokens a second of all answers together; the value is the median of the rounds' ratios."""
    ratio = middle([ours / theirs for theirs, ours in pairs])
    ours = middle([ours for _, ours in pairs])
    return Figure(
        f"local engine, {parallel} at once: share of its own speed",
        ratio,
        "",
        target=0.9,
        better="more",
        direct=middle([theirs for theirs, _ in pairs]),
        ratio=ratio,
        note=f"ours {ours:,.0f} tokens/s; {spread([ours / theirs for theirs, ours in pairs])}",
    )


def _gain(alone: list[tuple[float, float]], together: list[tuple[float, float]]) -> Figure:
    """How much more all answers together come to, where many are written at once."""
    theirs, ours = (
        middle([pair[side] for pair in together]) / middle([pair[side] for pair in alone])
        for side in (0, 1)
    )
    return Figure(
        f"local engine, {SEATS} at once: times the tokens/s of one",
        ours,
        "",
        target=3.0,
        better="more",
        direct=theirs,
        ratio=ours / theirs,
        note=f"{middle([ours for _, ours in together]):,.0f} tokens/s of all",
    )


async def _newcomer(direct: Direct, model: LocalModel, rounds: int) -> Figure:
    """How long somebody new waits for his first word while others are being written."""
    theirs: list[float] = []
    ours: list[float] = []
    for _ in range(rounds):
        theirs.append(await asyncio.to_thread(direct.first_word_beside_others))
        ours.append(await _our_first_word_beside_others(model))
    return beside(
        f"local engine, first word while {OTHERS} others are written",
        "ms",
        ours=ours,
        direct=theirs,
    )


async def _our_first_word_beside_others(model: LocalModel) -> float:
    async with asyncio.TaskGroup() as tasks:
        writing = [asyncio.Event() for _ in range(OTHERS)]
        others = [tasks.create_task(_write(model, LONG_TOKENS, begun)) for begun in writing]
        for begun in writing:
            await begun.wait()
        asked, heard = time.perf_counter(), asyncio.Event()
        newcomer = tasks.create_task(_write(model, 2, heard))
        await heard.wait()
        waited = (time.perf_counter() - asked) * 1000
        await newcomer
        for other in others:
            other.cancel()
    return waited


async def _write(model: LocalModel, tokens: int, begun: asyncio.Event) -> None:
    async with aclosing(model.stream(_asking(tokens))) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                begun.set()


async def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--model", type=Path, help="a GGUF file; left out, one is made")
    reader.add_argument("--quick", action="store_true")
    chosen = reader.parse_args()
    print(HEADING)
    async for figure in measure(quick=chosen.quick, path=chosen.model):
        print(line_of(figure), flush=True)


if __name__ == "__main__":
    asyncio.run(main())

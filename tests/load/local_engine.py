"""How much of llama.cpp's own speed is left when it answers through us: `python -m tests.load.local_engine`.

Direct is `xllamacpp.Server` in this process, asked from one thread for each answer; ours is
`LocalModel.stream` through the engine's child process. Both have the same model, seats, context and
threads and are measured in turns in one run, so that the figure is a ratio and a busy machine hurts both.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.load.figure import HEADING, Figure, line_of, middle, spread
from tests.support.local_engine import KnownFile, KnownFiles
from tests.support.tiny_gguf import SMALL, write_tiny_gguf

from arcano.providers import ModelRequest, Parameters, RequestMessage, TextPart
from arcano.providers.events import ModelFinished
from arcano.providers.local import LocalEngine, LocalModel, LocalSettings, look_at_host

SEATS = 16
CONTEXT_TOKENS = 512
PARALLEL = (1, 4, 16)
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

    def _answer(self, tokens: int) -> int:
        usage: list[int] = []

        def hear(chunk: dict[str, Any]) -> None:
            if said := chunk.get("usage"):
                usage.append(said["completion_tokens"])

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
    request = ModelRequest(
        "bench",
        (RequestMessage("user", (TextPart(_question()),)),),
        Parameters(max_tokens=tokens),
    )
    async with aclosing(model.stream(request)) as events:
        async for event in events:
            if isinstance(event, ModelFinished) and event.usage:
                return event.usage.output_tokens or 0
    return 0


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
            for parallel in PARALLEL:
                # The first round counts for nothing: it loads, and fills what is kept.
                pairs = [await _a_round(direct, model, parallel, tokens) for _ in range(rounds + 1)]
                yield _figure(parallel, pairs[1:])


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

"""What every embedding model promises, the real ones and the scripted one alike.

One suite for the port `EmbeddingModel`: three wire formats over HTTP, llama.cpp on this machine, and the fake
that tests of gathering use. How each wire format looks in detail is tested beside its adapter.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from math import dist
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.support.embedding_bench import ScriptedVectors, vector_of
from tests.support.local_engine import KnownFile, a_workbench
from tests.support.tiny_gguf import write_tiny_gguf

from arcano.providers import EmbeddingModel
from arcano.providers.adapters.gemini import GeminiModel
from arcano.providers.adapters.ollama import OllamaModel
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel

TEXTS = ("A story.", "Another one.", "\N{SNOWMAN} für später")
NEAR = 1e-3
"""Sums in another order differ in their last digits."""


@dataclass(frozen=True, slots=True)
class Subject:
    model: EmbeddingModel
    name: str


@asynccontextmanager
async def scripted(_folder: Path) -> AsyncGenerator[Subject]:
    yield Subject(ScriptedVectors(), "scripted")


@asynccontextmanager
async def openai_compatible(_folder: Path) -> AsyncGenerator[Subject]:
    def answer(body: dict[str, Any]) -> object:
        data = [
            {"index": at, "embedding": vector_of(text)} for at, text in enumerate(body["input"])
        ]
        return {"data": data[::-1], "usage": {"prompt_tokens": 9}}

    async with _serving("/v1/embeddings", answer) as address, aiohttp.ClientSession() as http:
        yield Subject(
            OpenAICompatibleModel(name="Upstream", base_url=f"{address}/v1", key=None, http=http),
            "e5",
        )


@asynccontextmanager
async def gemini(_folder: Path) -> AsyncGenerator[Subject]:
    def answer(body: dict[str, Any]) -> object:
        texts = [request["content"]["parts"][0]["text"] for request in body["requests"]]
        return {"embeddings": [{"values": vector_of(text)} for text in texts]}

    path = "/v1beta/models/e5:batchEmbedContents"
    async with _serving(path, answer) as address, aiohttp.ClientSession() as http:
        yield Subject(
            GeminiModel(name="Upstream", base_url=f"{address}/v1beta", key="k", http=http), "e5"
        )


@asynccontextmanager
async def ollama(_folder: Path) -> AsyncGenerator[Subject]:
    def answer(body: dict[str, Any]) -> object:
        embeddings = [vector_of(text) for text in body.get("input", ())]
        return {"embeddings": embeddings, "prompt_eval_count": 9}

    async with _serving("/api/embed", answer) as address, aiohttp.ClientSession() as http:
        yield Subject(OllamaModel(name="Upstream", base_url=address, key=None, http=http), "e5")


@asynccontextmanager
async def local(folder: Path) -> AsyncGenerator[Subject]:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", write_tiny_gguf(folder / "tiny.gguf")))
        yield Subject(bench.model, "tiny")


MAKERS: tuple[Callable[[Path], AbstractAsyncContextManager[Subject]], ...] = (
    scripted,
    openai_compatible,
    gemini,
    ollama,
)
subjects = pytest.mark.parametrize(
    "make",
    [*MAKERS, pytest.param(local, marks=pytest.mark.local_engine)],
    ids=lambda make: make.__name__,
)
Make = Callable[[Path], AbstractAsyncContextManager[Subject]]


@subjects
async def test_there_is_one_vector_for_each_text_all_of_one_length(
    make: Make, tmp_path: Path
) -> None:
    async with make(tmp_path) as subject:
        embeddings = await subject.model.embed(subject.name, TEXTS)

    assert len(embeddings.vectors) == len(TEXTS)
    assert len({len(vector) for vector in embeddings.vectors}) == 1
    assert all(isinstance(number, float) for vector in embeddings.vectors for number in vector)


@pytest.mark.parametrize(
    "make",
    [*MAKERS, pytest.param(local, marks=pytest.mark.local_engine)],
    ids=lambda make: make.__name__,
)
async def test_a_text_has_the_same_vector_wherever_it_stands_among_others(
    make: Make, tmp_path: Path
) -> None:
    async with make(tmp_path) as subject:
        together = await subject.model.embed(subject.name, TEXTS)
        turned = await subject.model.embed(subject.name, TEXTS[::-1])
        alone = [(await subject.model.embed(subject.name, (text,))).vectors[0] for text in TEXTS]

    for one, other, own in zip(together.vectors, turned.vectors[::-1], alone, strict=True):
        assert dist(one, other) < NEAR
        assert dist(one, own) < NEAR


@subjects
async def test_a_model_that_makes_vectors_is_known_by_its_port(make: Make, tmp_path: Path) -> None:
    async with make(tmp_path) as subject:
        assert isinstance(subject.model, EmbeddingModel)


@asynccontextmanager
async def _serving(path: str, answer: Callable[[dict[str, Any]], object]) -> AsyncGenerator[str]:
    """A server that answers `path` so, and anything else with an empty object. Gives its address."""

    async def embed(request: web.Request) -> web.Response:
        return web.json_response(answer(await request.json()))

    async def anything(_: web.Request) -> web.Response:
        return web.json_response({})

    application = web.Application()
    application.router.add_post(path, embed)
    application.router.add_route("*", "/{rest:.*}", anything)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()

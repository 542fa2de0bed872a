"""Vectors through the real server: many callers at once, few requests upstream, to each its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from tests.support.embedding_bench import GUILTY, vector_of
from tests.support.server import a_server
from tests.support.visitor import signed_in_visitor

CALLERS = 40


@asynccontextmanager
async def a_maker_of_vectors(requests: list[list[str]]) -> AsyncGenerator[str]:
    """Speaks OpenAI's embeddings and refuses a request with a guilty text in it. Gives its address."""

    async def models(_: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": "e5"}]})

    async def embed(request: web.Request) -> web.Response:
        texts: list[str] = (await request.json())["input"]
        requests.append(texts)
        await asyncio.sleep(0.05)
        if any(text.startswith(GUILTY) for text in texts):
            return web.json_response({"error": {"message": "An input is not allowed."}}, status=400)
        data = [{"index": place, "embedding": vector_of(text)} for place, text in enumerate(texts)]
        usage = {"prompt_tokens": sum(map(len, texts))}
        return web.json_response({"data": data, "usage": usage})

    application = web.Application()
    application.router.add_get("/v1/models", models)
    application.router.add_post("/v1/embeddings", embed)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


async def test_many_callers_share_few_requests_and_each_has_its_own_vectors(
    tmp_path: Path,
) -> None:
    requests: list[list[str]] = []
    texts = [f"text {number}" for number in range(CALLERS)]
    settings = {"ARCANO_INFERENCE__MICRO_BATCH__MAX_WAIT": "PT0.1S"}
    async with (
        a_maker_of_vectors(requests) as address,
        a_server(tmp_path / "data", settings=settings, OPENAI_BASE_URL=address) as server,
        signed_in_visitor(server.url) as visitor,
    ):
        await visitor.get("/api/models")

        answers = await asyncio.gather(
            *(visitor.post("/api/embeddings", {"model": "e5", "input": text}) for text in texts)
        )
        several = await visitor.post("/api/embeddings", {"model": "e5", "input": ["a", "b"]})
        status = await visitor.get("/api/status")

    for text, answer in zip(texts, answers, strict=True):
        assert answer.status == 200, answer
        assert answer.body == {
            "model": "e5",
            "target": "e5",
            "vectors": [list(vector_of(text))],
            "input_tokens": len(text),
        }
    assert several.body["vectors"] == [list(vector_of("a")), list(vector_of("b"))]
    assert len(requests) - 1 <= CALLERS / 4
    (target,) = status.body["targets"]
    assert (target["answered"], target["failed"]) == (len(requests), 0)


async def test_a_text_that_is_refused_fails_its_own_caller_and_nobody_else(tmp_path: Path) -> None:
    requests: list[list[str]] = []
    settings = {"ARCANO_INFERENCE__MICRO_BATCH__MAX_WAIT": "PT0.1S"}
    async with (
        a_maker_of_vectors(requests) as address,
        a_server(tmp_path / "data", settings=settings, OPENAI_BASE_URL=address) as server,
        signed_in_visitor(server.url) as visitor,
    ):
        await visitor.get("/api/models")

        *fine, guilty = await asyncio.gather(
            *(
                visitor.post("/api/embeddings", {"model": "e5", "input": text})
                for text in ("one", "two", "three", GUILTY)
            )
        )

    assert guilty.code == "provider-rejected-request"
    assert [answer.status for answer in fine] == [200, 200, 200]

"""The models an Ollama offers: what each can do, and which of them are in memory."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from tests.support.ollama_upstream import MODEL, OllamaUpstream, OnShelf, an_ollama, serving

from arcano.providers import OfferedModel, ProviderError, ProviderRejectedRequestError
from arcano.providers.adapters.http_calls import HttpCalls
from arcano.providers.adapters.ollama import OllamaModel
from arcano.providers.adapters.ollama_errors import error_from_ollama
from arcano.providers.adapters.ollama_shelf import (
    REMEMBER_SECONDS,
    SHOWN_AT_ONCE,
    OllamaShelf,
    full_name,
)

SIZE = 2_019_393_189


@pytest.fixture
async def upstream() -> AsyncGenerator[OllamaUpstream]:
    async with an_ollama() as (upstream, _):
        yield upstream


@pytest.fixture
async def http() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


@pytest.fixture
def model(upstream: OllamaUpstream, http: aiohttp.ClientSession) -> OllamaModel:
    return OllamaModel(name="Ollama", base_url=upstream.base_url, key=None, http=http)


def calls_to(upstream: OllamaUpstream, http: aiohttp.ClientSession) -> HttpCalls:
    return HttpCalls(
        name="Ollama",
        base_url=upstream.base_url,
        key=None,
        headers={},
        http=http,
        explain=error_from_ollama,
    )


async def test_the_list_says_what_each_model_can_do_and_whether_it_is_in_memory(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models = {
        "qwen3:4b": OnShelf(("completion", "tools", "thinking", "vision", "insert"), 40_960),
        "minilm:latest": OnShelf(("embedding",), 512, family="bert"),
        "big:cloud": OnShelf(("completion",), 8192, remote_host="https://ollama.com:443"),
    }
    upstream.memory = {"minilm:latest": 512}

    assert await model.list_models() == [
        OfferedModel(
            "qwen3:4b",
            context_tokens=40_960,
            capabilities=frozenset({"chat", "json-schema", "tools", "reasoning", "images"}),
            loaded=False,
            size_bytes=SIZE,
        ),
        OfferedModel(
            "minilm:latest",
            context_tokens=512,
            capabilities=frozenset({"embeddings"}),
            loaded=True,
            size_bytes=SIZE,
        ),
        OfferedModel(
            "big:cloud",
            context_tokens=8192,
            capabilities=frozenset({"chat"}),
            loaded=None,
            size_bytes=SIZE,
        ),
    ]


async def test_a_list_that_says_it_all_needs_no_further_question(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models = {MODEL: OnShelf(context_tokens=4096, in_list=True)}

    [offered] = await model.list_models()

    assert offered.context_tokens == 4096
    assert offered.capabilities == {"chat", "json-schema", "tools"}
    assert upstream.asked("/api/show") == []


async def test_fifty_models_are_asked_about_a_few_at_a_time_and_only_once(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models = {f"m{n}:latest": OnShelf() for n in range(50)}
    now = most = 0

    async def gate() -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    upstream.show_gate = gate

    first = await model.list_models()
    second = await model.list_models()

    assert first == second
    assert [offered.context_tokens for offered in first] == [131_072] * 50
    assert len(upstream.asked("/api/show")) == 50
    assert 1 < most <= SHOWN_AT_ONCE


async def test_a_model_that_was_pulled_again_is_asked_about_again(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    await model.list_models()
    upstream.models = {MODEL: OnShelf(context_tokens=99)}
    upstream.pull = [b'{"status":"success"}\n']
    _ = [progress async for progress in model.pull_model("llama3.2")]

    [offered] = await model.list_models()

    assert offered.context_tokens == 99


async def test_a_model_that_changed_is_asked_about_again(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    await model.list_models()
    upstream.models = {MODEL: OnShelf(context_tokens=99, digest="sha256:2")}

    [offered] = await model.list_models()

    assert offered.context_tokens == 99


async def test_a_model_that_was_deleted_is_forgotten(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    await model.load_model("llama3.2")
    await model.delete_model("llama3.2")
    upstream.models = {MODEL: OnShelf()}
    await model.load_model("llama3.2")

    assert len(upstream.asked("/api/show")) == 2


async def test_what_a_model_is_is_forgotten_after_a_while(
    upstream: OllamaUpstream, http: aiohttp.ClientSession
) -> None:
    seconds = 0.0
    shelf = OllamaShelf(calls_to(upstream, http), now=lambda: seconds)
    await shelf.traits("llama3.2")
    upstream.models[MODEL] = OnShelf(context_tokens=99)

    before = await shelf.traits("llama3.2")
    seconds = REMEMBER_SECONDS + 1.0
    after = await shelf.traits("llama3.2")

    assert before.context_tokens == 131_072
    assert after.context_tokens == 99


async def test_details_that_are_late_keep_nobody_waiting(
    upstream: OllamaUpstream, http: aiohttp.ClientSession
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    upstream.show_gate = never
    shelf = OllamaShelf(calls_to(upstream, http), details_within=timedelta(milliseconds=10))

    async with asyncio.timeout(10):
        assert await shelf.listed() == [OfferedModel(MODEL, loaded=False, size_bytes=SIZE)]


async def test_the_window_of_a_modelfile_is_known(
    upstream: OllamaUpstream, http: aiohttp.ClientSession
) -> None:
    stop_and_window = 'stop                           "x"\nnum_ctx                        32768'
    upstream.models[MODEL] = OnShelf(parameters=stop_and_window)

    traits = await OllamaShelf(calls_to(upstream, http)).traits("llama3.2")

    assert traits.window_tokens == 32_768


async def test_an_old_server_lists_its_models_without_details(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.missing = {"/api/show", "/api/ps"}

    assert await model.list_models() == [OfferedModel(MODEL, size_bytes=SIZE)]


async def test_an_address_without_an_ollama_says_so(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.missing = {"/api/tags"}

    with pytest.raises(ProviderRejectedRequestError, match="base URL"):
        await model.list_models()


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", b"{}", b'{"models": 7}', b'{"models": [7]}', b'{"models": ["x"]}']
)
async def test_another_answer_than_a_list_is_an_error_that_says_so(answer: bytes) -> None:
    async def always(_request: web.Request) -> web.Response:
        return web.Response(body=answer)

    async with serving(always) as base_url, aiohttp.ClientSession() as http:
        model = OllamaModel(name="Ollama", base_url=base_url, key=None, http=http)

        with pytest.raises(ProviderError, match="not with a list of models"):
            await model.list_models()


@pytest.mark.parametrize(
    "shown",
    [
        b"[]",
        b'{"model_info": [1], "capabilities": "x", "details": 7, "parameters": 7}',
        b'{"model_info": {"general.architecture": ["a"], "None.context_length": true}}',
        b'{"model_info": {"general.architecture": "a", "a.context_length": -1}}',
        b'{"capabilities": [7, null, {}]}',
        b"not json",
    ],
)
async def test_details_of_another_shape_count_as_unknown(shown: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/tags":
            return web.json_response({"models": [{"name": "a", "size": "large", "details": 7}]})
        return web.Response(body=b'{"models": [7]}' if request.path == "/api/ps" else shown)

    async with serving(answer) as base_url, aiohttp.ClientSession() as http:
        model = OllamaModel(name="Ollama", base_url=base_url, key=None, http=http)

        [offered] = await model.list_models()

    assert offered.name == "a"
    assert (offered.context_tokens, offered.loaded, offered.size_bytes) == (None, None, None)


def test_a_model_is_known_by_its_full_name() -> None:
    assert full_name("Llama3.2") == "llama3.2:latest"
    assert full_name("qwen3:4b") == "qwen3:4b"
    assert full_name("hf.co:443/some/model") == "hf.co:443/some/model:latest"

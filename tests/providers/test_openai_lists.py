"""Which models a server of OpenAI's format offers, and what each kind of server tells about them."""

from collections.abc import AsyncGenerator, Mapping

import aiohttp
import pytest
from tests.support.wire_upstream import WireUpstream, a_wire_upstream

from arcano.providers import OfferedModel, ProviderError
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.adapters.openai_models import offered_models
from arcano.providers.profiles import GENERIC, LM_STUDIO, VLLM, Profile


@pytest.fixture
async def upstream() -> AsyncGenerator[WireUpstream]:
    async with a_wire_upstream() as upstream:
        yield upstream


@pytest.fixture
async def http() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


def speaker(
    upstream: WireUpstream, http: aiohttp.ClientSession, profile: Profile = GENERIC
) -> OpenAICompatibleModel:
    return OpenAICompatibleModel(
        name="Upstream", base_url=f"{upstream.host}/v1", key="sk-1", http=http, profile=profile
    )


def one(model: Mapping[str, object], **beside: object) -> OfferedModel:
    return offered_models({"object": "list", "data": [model], **beside})[0]


def test_openai_tells_names_and_nothing_else() -> None:
    model = {"id": "gpt-4o", "object": "model", "created": 1, "owned_by": "system"}

    assert one(model) == OfferedModel("gpt-4o")


def test_vllm_and_sglang_tell_what_fits_in_a_call() -> None:
    model = {"id": "org/m", "object": "model", "owned_by": "vllm", "max_model_len": 32_768}

    assert one(model) == OfferedModel("org/m", context_tokens=32_768)


def test_llama_cpp_tells_the_window_it_runs_with_before_the_one_of_the_training() -> None:
    meta = {"n_ctx_train": 131_072, "n_params": 8_000_000_000, "size": 4_900_000_000}
    model = {"id": "m.gguf", "owned_by": "llamacpp", "meta": meta}
    twin = {"model": "m.gguf", "capabilities": ["completion", "multimodal"]}

    trained = one(model, models=[twin])
    running = one({**model, "meta": {**meta, "n_ctx": 8192}})

    assert trained == OfferedModel(
        "m.gguf",
        context_tokens=131_072,
        capabilities=frozenset({"chat", "images"}),
        size_bytes=4_900_000_000,
    )
    assert running.context_tokens == 8192


def test_lm_studio_tells_what_is_loaded_and_with_which_window() -> None:
    model = {
        "id": "qwen",
        "type": "vlm",
        "state": "loaded",
        "max_context_length": 131_072,
        "loaded_context_length": 4096,
        "capabilities": ["tool_use"],
    }

    assert one(model) == OfferedModel(
        "qwen",
        context_tokens=4096,
        capabilities=frozenset({"chat", "images", "tools"}),
        loaded=True,
    )
    assert one({"id": "e", "type": "embeddings", "state": "not-loaded"}) == OfferedModel(
        "e", capabilities=frozenset({"embeddings"}), loaded=False
    )


def test_openrouter_tells_parameters_and_kinds_of_input() -> None:
    model = {
        "id": "org/m",
        "context_length": 200_000,
        "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        "top_provider": {"context_length": 128_000, "max_completion_tokens": 16_384},
        "supported_parameters": ["tools", "reasoning", "structured_outputs", "seed"],
    }

    assert one(model) == OfferedModel(
        "org/m",
        context_tokens=128_000,
        max_output_tokens=16_384,
        capabilities=frozenset({"chat", "images", "tools", "reasoning", "json-schema"}),
    )


def test_groq_tells_window_and_longest_answer() -> None:
    model = {"id": "m", "active": True, "context_window": 131_072, "max_completion_tokens": 8192}

    assert one(model) == OfferedModel("m", context_tokens=131_072, max_output_tokens=8192)


def test_what_is_of_the_wrong_type_counts_as_not_told() -> None:
    model: dict[str, object] = {
        "id": "m",
        "max_model_len": "long",
        "context_length": -1,
        "meta": [],
        "type": 7,
        "state": 7,
        "capabilities": [{}, 3],
        "architecture": "big",
        "supported_parameters": "all",
        "max_completion_tokens": 0.5,
    }

    assert one(model) == OfferedModel("m")


async def test_a_server_at_an_address_that_tells_nothing_is_known_by_its_list(
    upstream: WireUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.json("/v1/models", {"data": [{"id": "m", "owned_by": "vllm"}]})
    model = speaker(upstream, http)

    await model.list_models()

    assert model.profile == VLLM


async def test_lm_studio_is_asked_where_it_tells_more(
    upstream: WireUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.json("/api/v0/models", {"data": [{"id": "m", "state": "loaded"}]})

    found = await speaker(upstream, http, LM_STUDIO).list_models()

    assert found == [OfferedModel("m", loaded=True)]
    assert upstream.asked[0].headers["Authorization"] == "Bearer sk-1"


async def test_what_only_stands_at_lm_studios_port_is_asked_as_everybody_is(
    upstream: WireUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.json("/v1/models", {"data": [{"id": "m"}]})
    model = speaker(upstream, http, LM_STUDIO)

    found = [await model.list_models(), await model.list_models()]

    assert found == [[OfferedModel("m")]] * 2
    assert [asked.path for asked in upstream.asked] == [
        "/api/v0/models",
        "/v1/models",
        "/v1/models",
    ]


WRONG: list[object] = [None, [], {}, {"data": [1]}, {"data": [{}]}, {"data": {"id": 1}}, "x"]


@pytest.mark.parametrize("answer", WRONG)
async def test_another_answer_is_an_error_of_ours(
    answer: object, upstream: WireUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.json("/v1/models", answer)

    with pytest.raises(ProviderError, match="list of models"):
        await speaker(upstream, http).list_models()


async def test_a_server_with_no_model_at_all_has_an_empty_list(
    upstream: WireUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.json("/v1/models", {"object": "list", "data": None})

    assert await speaker(upstream, http).list_models() == []

"""Texts as vectors: in order, all of one length, however the server sends them."""

import struct
from base64 import b64encode
from collections.abc import AsyncGenerator

import aiohttp
import pytest
from inline_snapshot import snapshot
from openai import AsyncOpenAI
from tests.support.wire_upstream import WireUpstream, a_wire_upstream

from arcano.providers import Embeddings, ProviderError, ProviderOverloadedError, TokenUsage
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.profiles import GENERIC, OPENAI, Profile

VECTORS = [(0.5, -0.25, 1.0), (0.0, 2.0, -1.5)]


def as_base64(vector: tuple[float, ...]) -> str:
    return b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def answer(*embeddings: object) -> dict[str, object]:
    data = [{"object": "embedding", "index": n, "embedding": e} for n, e in enumerate(embeddings)]
    usage = {"prompt_tokens": 8, "total_tokens": 8}
    return {"object": "list", "data": data, "model": "m", "usage": usage}


@pytest.fixture
async def upstream() -> AsyncGenerator[WireUpstream]:
    async with a_wire_upstream() as upstream:
        yield upstream


async def embed(
    upstream: WireUpstream, *, profile: Profile = GENERIC, dimensions: int | None = None
) -> Embeddings:
    async with aiohttp.ClientSession() as http:
        model = OpenAICompatibleModel(
            name="Upstream", base_url=f"{upstream.host}/v1", key="sk", http=http, profile=profile
        )
        return await model.embed("m", ("one", "two"), dimensions=dimensions)


async def test_numbers_are_asked_for_and_read(upstream: WireUpstream) -> None:
    upstream.json("/v1/embeddings", answer(*map(list, VECTORS)))

    found = await embed(upstream, dimensions=3)

    assert found == Embeddings(tuple(VECTORS), TokenUsage(8, 0))
    assert upstream.asked[0].body == snapshot(
        {"model": "m", "input": ["one", "two"], "encoding_format": "float", "dimensions": 3}
    )


async def test_bytes_are_asked_for_where_the_server_has_them(upstream: WireUpstream) -> None:
    upstream.json("/v1/embeddings", answer(*map(as_base64, VECTORS)))

    found = await embed(upstream, profile=OPENAI)

    assert found.vectors == tuple(VECTORS)
    assert upstream.asked[0].body["encoding_format"] == "base64"


async def test_a_server_that_sends_the_other_encoding_is_understood(upstream: WireUpstream) -> None:
    upstream.json("/v1/embeddings", answer(*map(list, VECTORS)))

    assert (await embed(upstream, profile=OPENAI)).vectors == tuple(VECTORS)


async def test_openais_own_client_reads_the_same_numbers(upstream: WireUpstream) -> None:
    upstream.json("/v1/embeddings", answer(*map(as_base64, VECTORS)))
    async with AsyncOpenAI(base_url=f"{upstream.host}/v1", api_key="sk", max_retries=0) as client:
        theirs = await client.embeddings.create(model="m", input=["one", "two"])

    ours = await embed(upstream, profile=OPENAI)

    assert ours.vectors == tuple(tuple(item.embedding) for item in theirs.data)


async def test_vectors_come_in_the_order_of_the_texts(upstream: WireUpstream) -> None:
    shuffled = answer(list(VECTORS[1]), list(VECTORS[0]))
    shuffled["data"] = [
        {"index": 1, "embedding": list(VECTORS[1])},
        {"index": 0, "embedding": list(VECTORS[0])},
    ]
    upstream.json("/v1/embeddings", shuffled)

    assert (await embed(upstream)).vectors == tuple(VECTORS)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {"data": 7},
        answer([1.0]),
        answer([1.0], [1.0, 2.0]),
        answer([1.0], []),
        answer([], []),
        answer([1.0], ["x"]),
        answer([1.0], None),
        answer([1.0], {"0": 1}),
        answer("????", "????"),
        answer("AAA=", "AAA="),
        answer(as_base64((float("nan"),)), as_base64((1.0,))),
        answer([1.0], [1.0], [1.0]),
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]},
        {"data": [{"index": "a", "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]},
        {"data": [1, 2]},
    ],
)
async def test_anything_else_is_an_error_of_ours(wrong: object, upstream: WireUpstream) -> None:
    upstream.json("/v1/embeddings", wrong)

    with pytest.raises(ProviderError, match="a vector for each text"):
        await embed(upstream)


async def test_a_refusal_is_the_same_as_for_an_answer(upstream: WireUpstream) -> None:
    upstream.json("/v1/embeddings", {}, status=429, headers={"retry-after-ms": "1500"})

    with pytest.raises(ProviderOverloadedError) as busy:
        await embed(upstream)

    assert busy.value.retry_after is not None
    assert busy.value.retry_after.total_seconds() == 2


async def test_no_texts_are_no_call() -> None:
    async with aiohttp.ClientSession() as http:
        model = OpenAICompatibleModel(
            name="Nowhere", base_url="http://127.0.0.1:1/v1", key=None, http=http
        )
        assert await model.embed("m", ()) == Embeddings(())

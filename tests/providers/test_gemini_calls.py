"""Asking Google's server: answers, models, vectors and counts over HTTP, and what becomes of a bad line."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from tests.support.gemini_upstream import (
    ANSWER_ID,
    Answer,
    GeminiUpstream,
    a_gemini_upstream,
    breaks_after,
    chunk,
    error,
    gives,
    said,
    sends,
    sse,
    stays_open_after,
)

from arcano.providers import (
    ModelEvent,
    ModelFinished,
    ModelNotFoundError,
    ModelRequest,
    ProviderError,
    ProviderOverloadedError,
    RequestMessage,
    StreamCutError,
    TextDelta,
    TextPart,
    TokenUsage,
)
from arcano.providers.adapters.gemini import LINGER_SECONDS, GeminiModel
from arcano.providers.events import CallAccepted
from arcano.providers.provider import Embeddings, OfferedModel

ANSWER = ":streamGenerateContent"
QUESTION = ModelRequest("gemini-3-flash", (RequestMessage("user", (TextPart("Hi"),)),))
WHOLE = replace(QUESTION, whole=True)
ENDED = ModelFinished("stop", TokenUsage(5, 7))
NO_LISTS: list[Any] = [
    {"data": []},
    {"models": [7]},
    {"models": [{}]},
    {"models": 7},
    [],
    "x",
    7,
    {"models": [], "nextPageToken": 7},
    {"models": [], "nextPageToken": "again and again"},
]
NO_VECTORS: list[Any] = [
    {},
    [],
    {"embeddings": [{"values": [1.0]}]},
    {"embeddings": [{"values": [1.0]}, {"values": [1.0, 2.0]}]},
    {"embeddings": [{"values": ["x"]}, {"values": [1.0]}]},
    {"embeddings": [{}, {}]},
    {"embeddings": 7},
]


@asynccontextmanager
async def google(
    linger_seconds: float = LINGER_SECONDS,
) -> AsyncGenerator[tuple[GeminiUpstream, GeminiModel]]:
    async with a_gemini_upstream() as upstream, aiohttp.ClientSession() as http:
        model = GeminiModel(
            name="Google",
            base_url=upstream.base_url,
            key="AIzaSecret",
            http=http,
            linger_seconds=linger_seconds,
        )
        yield upstream, model


async def hear(model: GeminiModel, request: ModelRequest = QUESTION) -> list[ModelEvent]:
    async with aclosing(model.stream(request)) as events:
        return [event async for event in events]


async def hear_until_it_fails(
    model: GeminiModel, request: ModelRequest = QUESTION
) -> tuple[str, ProviderError]:
    """The words and the error."""
    words = ""
    try:
        async with aclosing(model.stream(request)) as events:
            async for event in events:
                words += event.text if isinstance(event, TextDelta) else ""
    except ProviderError as failure:
        return words, failure
    pytest.fail("It did not fail.")


async def test_an_answer_comes_after_the_name_of_the_call_and_ends_with_its_reason() -> None:
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, sends(sse(said("One ")), sse(said("two.", finish="STOP"))))

        events = await hear(model)

    assert events[0] == CallAccepted(ANSWER_ID)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "One two."
    assert events[-1] == ENDED


async def test_the_key_goes_in_a_header_and_never_in_the_address() -> None:
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, sends(sse(said("Hi", finish="STOP"))))
        upstream.when_asked("/models", gives({}))

        await hear(model)
        await model.list_models()

    assert [asked.headers["x-goog-api-key"] for asked in upstream.asked] == ["AIzaSecret"] * 2
    assert not any("AIza" in asked.path + asked.query for asked in upstream.asked)
    assert upstream.asked[0].query == "alt=sse"


async def test_a_whole_answer_gives_the_same_events() -> None:
    answer = chunk({"text": "Hm.", "thought": True}, {"text": "Well."}, finish="STOP")
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, sends(sse(answer)))
        upstream.when_asked(":generateContent", gives(answer))

        streamed = await hear(model)
        whole = await hear(model, WHOLE)

    assert whole == streamed
    assert upstream.asked[0].body == upstream.asked[1].body


async def test_a_whole_answer_without_its_end_keeps_its_words() -> None:
    async with google() as (upstream, model):
        upstream.when_asked(":generateContent", gives(said("So far")))

        words, failure = await hear_until_it_fails(model, WHOLE)

    assert words == "So far"
    assert isinstance(failure, StreamCutError)


async def test_a_page_in_place_of_an_answer_is_said_to_be_one() -> None:
    async with google() as (upstream, model):
        page = sends(b"<html>Hello</html>", media_type="text/html")
        upstream.when_asked(":generateContent", page)
        upstream.when_asked(ANSWER, page)

        _, failure = await hear_until_it_fails(model, WHOLE)
        _, streamed = await hear_until_it_fails(model)

    assert "not with an answer" in failure.detail
    assert isinstance(streamed, StreamCutError)


@pytest.mark.parametrize("ending", [sends, breaks_after])
async def test_a_stream_that_ends_before_its_reason_is_cut_and_keeps_its_words(
    ending: Callable[..., Answer],
) -> None:
    line = sse(said("One "), said("two ")) + sse(said("three.", finish="STOP"))[:-9]
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, ending(line))

        words, failure = await hear_until_it_fails(model)

    assert words == "One two "
    assert isinstance(failure, StreamCutError)


async def test_a_line_that_breaks_after_the_reason_broke_nothing() -> None:
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, breaks_after(sse(said("All.", finish="STOP"))))

        events = await hear(model)

    assert events[1:] == [TextDelta("All."), ENDED]


async def test_a_server_that_says_its_reason_and_does_not_hang_up_is_not_waited_for() -> None:
    async with google(linger_seconds=0.05) as (upstream, model):
        upstream.when_asked(ANSWER, stays_open_after(sse(said("All.", finish="STOP"))))

        async with asyncio.timeout(60):  # far below the 300 seconds that silence may last
            events = await hear(model)
            await upstream.asked[0].hung_up.wait()

    assert events[1:] == [TextDelta("All."), ENDED]


async def test_what_comes_after_the_reason_is_still_heard() -> None:
    sources = {"groundingChunks": [{"web": {"uri": "https://a.example", "title": "A"}}]}
    async with google() as (upstream, model):
        upstream.when_asked(
            ANSWER, sends(sse(said("All.", finish="STOP")), sse(chunk(groundingMetadata=sources)))
        )

        events = await hear(model)

    assert [event.type for event in events] == [
        "call-accepted",
        "text-delta",
        "source-cited",
        "model-finished",
    ]


async def test_a_refusal_is_ours_and_does_not_repeat_the_key() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "20s"}
    refusal = error(429, "RESOURCE_EXHAUSTED", "Key AIzaSecret asks too much.", (info,))
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, gives(refusal, 429))

        _, failure = await hear_until_it_fails(model)

    assert isinstance(failure, ProviderOverloadedError)
    assert failure.retry_after is not None
    assert failure.retry_after.total_seconds() == 20
    assert "Key [key] asks too much." in failure.detail


async def test_an_error_in_the_middle_comes_after_the_words_before_it() -> None:
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, sends(sse(said("So far")), sse(error(503, "UNAVAILABLE"))))

        words, failure = await hear_until_it_fails(model)

    assert words == "So far"
    assert isinstance(failure, ProviderOverloadedError)


@pytest.mark.parametrize("name", ["../keys", "a/../b", "m?key=1", "m:other", "", "m#x", "m%2f.."])
async def test_a_name_that_would_lead_elsewhere_is_no_models(name: str) -> None:
    async with google() as (upstream, model):
        _, failure = await hear_until_it_fails(model, replace(QUESTION, model=name))
        with pytest.raises(ModelNotFoundError):
            await model.embed(name, ("a",))
        with pytest.raises(ModelNotFoundError):
            await model.count_tokens(replace(QUESTION, model=name))

    assert isinstance(failure, ModelNotFoundError)
    assert upstream.asked == []


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("gemini-3-flash", "models/gemini-3-flash"),
        ("models/gemini-3-flash", "models/gemini-3-flash"),
        ("tunedModels/mine-7", "tunedModels/mine-7"),
    ],
)
async def test_a_model_is_asked_at_its_own_place(name: str, place: str) -> None:
    async with google() as (upstream, model):
        upstream.when_asked(ANSWER, sends(sse(said("Hi", finish="STOP"))))

        await hear(model, replace(QUESTION, model=name))

    assert upstream.asked[0].path == f"/v1beta/{place}:streamGenerateContent"


async def test_all_pages_of_the_list_are_read_with_what_they_tell() -> None:
    flash = {
        "name": "models/gemini-3-flash",
        "inputTokenLimit": 1048576,
        "outputTokenLimit": 65536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "thinking": True,
    }
    vectors = {
        "name": "models/gemini-embedding-001",
        "inputTokenLimit": 2048,
        "supportedGenerationMethods": ["embedContent"],
    }
    speech = {
        "name": "models/gemini-2.5-flash-preview-tts",
        "supportedGenerationMethods": ["generateContent"],
    }
    async with google() as (upstream, model):
        upstream.when_asked(
            "/models",
            gives({"models": [flash, vectors], "nextPageToken": "a/b &c"}),
            gives({"models": [speech, {"name": "tunedModels/x", "inputTokenLimit": "lots"}]}),
        )

        models = await model.list_models()

    assert models == [
        OfferedModel(
            "gemini-3-flash",
            1048576,
            65536,
            frozenset({"chat", "images", "tools", "json-schema", "reasoning"}),
        ),
        OfferedModel("gemini-embedding-001", 2048, None, frozenset({"embeddings"})),
        OfferedModel("gemini-2.5-flash-preview-tts", None, None, frozenset({"chat"})),
        OfferedModel("tunedModels/x"),
    ]
    assert [parse_qs(asked.query) for asked in upstream.asked] == [
        {"pageSize": ["1000"]},
        {"pageSize": ["1000"], "pageToken": ["a/b &c"]},
    ]


@pytest.mark.parametrize("page", NO_LISTS)
async def test_what_is_no_list_of_models_is_said_to_be_none(page: object) -> None:
    async with google() as (upstream, model):
        upstream.when_asked("/models", gives(page))

        with pytest.raises(ProviderError, match="not with a list of models"):
            await model.list_models()


async def test_texts_become_vectors_in_one_call() -> None:
    answer = {
        "embeddings": [{"values": [1, 0.5]}, {"values": [0, -1]}],
        "usageMetadata": {"promptTokenCount": 4},
    }
    async with google() as (upstream, model):
        upstream.when_asked(":batchEmbedContents", gives(answer))

        found = await model.embed("gemini-embedding-001", ("owl", "bird"), dimensions=2)

    assert found == Embeddings(((1.0, 0.5), (0.0, -1.0)), TokenUsage(4, 0))
    assert upstream.asked[0].body == {
        "requests": [
            {
                "model": "models/gemini-embedding-001",
                "content": {"parts": [{"text": text}]},
                "outputDimensionality": 2,
            }
            for text in ("owl", "bird")
        ]
    }


@pytest.mark.parametrize("answer", NO_VECTORS)
async def test_what_are_no_vectors_is_said_to_be_none(answer: object) -> None:
    async with google() as (upstream, model):
        upstream.when_asked(":batchEmbedContents", gives(answer))

        with pytest.raises(ProviderError, match="not with embeddings"):
            await model.embed("gemini-embedding-001", ("owl", "bird"))


async def test_tokens_are_counted_by_google_who_leaves_out_a_zero() -> None:
    async with google() as (upstream, model):
        upstream.when_asked(":countTokens", gives({"totalTokens": 31}), gives({}))

        assert await model.count_tokens(QUESTION) == 31
        assert await model.count_tokens(QUESTION) == 0

    assert upstream.asked[0].body == {
        "generateContentRequest": {
            "model": "models/gemini-3-flash",
            "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
        }
    }


@pytest.mark.parametrize("answer", [[], {"totalTokens": "31"}, {"tokens": 1}, None])
async def test_what_is_no_count_is_said_to_be_none(answer: object) -> None:
    async with google() as (upstream, model):
        upstream.when_asked(":countTokens", gives(answer))

        with pytest.raises(ProviderError, match="not with a count of tokens"):
            await model.count_tokens(QUESTION)

"""Calls to Anthropic over HTTP: what goes along, what comes back, and what a broken connection leaves."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from tests.support.anthropic_upstream import (
    AnthropicUpstream,
    an_anthropic_upstream,
    error,
    gives,
    message,
    sends,
    sse,
    start,
    stop,
    texts,
)

from arcano.providers import (
    ContextTooLongError,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    Parameters,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    RequestMessage,
    StreamCutError,
    TextDelta,
    TextPart,
    TokenUsage,
)
from arcano.providers.adapters.anthropic import AnthropicModel
from arcano.providers.events import CallAccepted, RateLimits
from arcano.providers.provider import OfferedModel

QUESTION = ModelRequest("claude-opus-5", (RequestMessage("user", (TextPart("Hi"),)),))
BEGINNING = ModelRequest(
    "claude-haiku-4-5",
    (*QUESTION.messages, RequestMessage("assistant", (TextPart("La "),))),
    continues=True,
)
WHOLE = ModelRequest("claude-opus-5", QUESTION.messages, whole=True)
HI = sse(start(), *texts(0, "Hi"), *stop())


@pytest.fixture
async def upstream() -> AsyncGenerator[AnthropicUpstream]:
    async with an_anthropic_upstream() as upstream:
        yield upstream


@pytest.fixture
async def model(upstream: AnthropicUpstream) -> AsyncGenerator[AnthropicModel]:
    async with aiohttp.ClientSession() as http:
        yield AnthropicModel(name="Claude", base_url=upstream.base_url, key="sk-ant-7", http=http)


async def hear(
    model: AnthropicModel, heard: list[ModelEvent], request: ModelRequest = QUESTION
) -> list[ModelEvent]:
    async with aclosing(model.stream(request)) as events:
        async for event in events:
            heard.append(event)  # noqa: PERF401 - what was heard before a failure is looked at
    return heard


async def test_the_key_and_the_version_go_along(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(sends(HI))

    await hear(model, [])

    asked = upstream.asked[0]
    assert (asked.method, asked.path) == ("POST", "/v1/messages")
    assert asked.headers["x-api-key"] == "sk-ant-7"
    assert asked.headers["anthropic-version"] == "2026-10-21"
    assert asked.headers["content-type"] == "application/json"


async def test_the_address_may_end_in_its_version_and_there_may_be_no_key(
    upstream: AnthropicUpstream,
) -> None:
    upstream.then(sends(HI))
    async with aiohttp.ClientSession() as http:
        model = AnthropicModel(
            name="Claude", base_url=f"{upstream.base_url}/v1/", key=None, http=http
        )
        await hear(model, [])

    assert upstream.asked[0].path == "/v1/messages"
    assert "x-api-key" not in upstream.asked[0].headers


TOO_LONG = "input length and `max_tokens` exceed context limit: 188240 + 64000 > 200000"


async def test_a_long_conversation_gets_the_answer_that_there_is_room_for(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(gives(error("invalid_request_error", TOO_LONG), 400), sends(HI))
    old = replace(QUESTION, model="claude-sonnet-4")

    heard = await hear(model, [], old)

    assert TextDelta("Hi") in heard
    first, second = (asked.body for asked in upstream.asked)
    assert (first["max_tokens"], second["max_tokens"]) == (64_000, 11_760)
    assert second | {"max_tokens": 64_000} == first


@pytest.mark.parametrize(
    ("said", "parameters"),
    [
        (TOO_LONG, Parameters(max_tokens=64_000)),
        ("prompt is too long: 203052 tokens > 200000 maximum", Parameters()),
        ("exceed context limit: 200000 + 64000 > 200000", Parameters()),
    ],
    ids=["its length was asked for", "it is too long by itself", "nothing is left"],
)
async def test_what_a_shorter_answer_does_not_mend_is_asked_once(
    upstream: AnthropicUpstream, model: AnthropicModel, said: str, parameters: Parameters
) -> None:
    upstream.then(gives(error("invalid_request_error", said), 400))

    with pytest.raises(ContextTooLongError):
        await hear(model, [], replace(QUESTION, parameters=parameters))

    assert len(upstream.asked) == 1


async def test_a_budget_to_think_within_goes_where_there_is_no_room_for_it(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(gives(error("invalid_request_error", TOO_LONG), 400), sends(HI))
    thinks = Parameters(reasoning_effort="high")

    await hear(model, [], replace(QUESTION, model="claude-sonnet-4", parameters=thinks))

    assert "thinking" in upstream.asked[0].body
    assert "thinking" not in upstream.asked[1].body


async def test_first_comes_the_calls_name_and_what_is_left_of_the_limits(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    headers = {
        "request-id": "req_7",
        "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
        "anthropic-ratelimit-requests-remaining": "999",
        "anthropic-ratelimit-requests-reset": "2026-10-21T07:28:30Z",
        "anthropic-ratelimit-tokens-remaining": "80000",
        "anthropic-ratelimit-tokens-reset": "2026-10-21T07:27:00Z",
    }
    upstream.then(sends(HI, headers=headers))

    heard = await hear(model, [])

    assert heard == [
        CallAccepted("req_7", RateLimits(999, 80_000, 30.0, 0.0)),
        TextDelta("Hi"),
        ModelFinished("stop", TokenUsage(331, 25, None, 300, 20)),
    ]


async def test_limits_that_make_no_sense_are_unknown(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    headers = {
        "anthropic-ratelimit-requests-remaining": "many",
        "anthropic-ratelimit-tokens-remaining": "-1",
        "anthropic-ratelimit-tokens-reset": "soon",
        "anthropic-ratelimit-requests-reset": "2026-10-21T07:28:30",
    }
    upstream.then(sends(HI, headers=headers))

    assert (await hear(model, []))[0] == CallAccepted(None, None)


async def test_a_whole_answer_is_asked_for_and_heard_at_once(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(gives(message({"type": "text", "text": "Hi"}), headers={"request-id": "req_7"}))

    heard = await hear(model, [], WHOLE)

    assert "stream" not in upstream.asked[0].body
    assert heard == [
        CallAccepted("req_7"),
        TextDelta("Hi"),
        ModelFinished("stop", TokenUsage(331, 25, None, 300, 20)),
    ]


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"{}"])
async def test_a_whole_answer_that_is_something_else_is_a_failure(
    upstream: AnthropicUpstream, model: AnthropicModel, answer: bytes
) -> None:
    upstream.then(gives(answer))

    with pytest.raises(ProviderError):
        await hear(model, [], WHOLE)


async def test_a_beginning_and_its_continuation_make_one_text(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(sends(sse(start(), *texts(0, " la", " la"), *stop())))

    heard = await hear(model, [], BEGINNING)

    assert upstream.asked[0].body["messages"][-1]["content"][0]["text"] == "La"
    assert "La " + "".join(e.text for e in heard if isinstance(e, TextDelta)) == "La la la"


async def test_a_stream_that_just_ends_is_cut_and_the_text_stands(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(sends(sse(start(), *texts(0, "So far"))))
    heard: list[ModelEvent] = []

    with pytest.raises(StreamCutError):
        await hear(model, heard)

    assert heard[-1] == TextDelta("So far")


async def test_an_overloaded_server_is_given_the_time_it_asks_for_even_as_a_date(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    headers = {
        "Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT",
        "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
    }
    upstream.then(gives(error("overloaded_error", "Overloaded"), 529, headers))

    with pytest.raises(ProviderOverloadedError, match="Overloaded") as refused:
        await hear(model, [])

    assert refused.value.retry_after == timedelta(seconds=30)


async def test_a_key_that_the_server_quotes_is_left_out(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(gives(error("authentication_error", "bad key sk-ant-7"), 401))

    with pytest.raises(ProviderRefusedKeyError) as refused:
        await hear(model, [])

    assert "sk-ant-7" not in refused.value.detail


CAPABLE: dict[str, Any] = {
    "id": "claude-opus-5-5",
    "type": "model",
    "display_name": "Claude Opus 5.5",
    "max_input_tokens": 1_000_000,
    "max_tokens": 128_000,
    "capabilities": {
        "image_input": {"supported": True},
        "structured_outputs": {"supported": True},
        "thinking": {"supported": False, "types": {}},
        "batch": {"supported": True},
    },
}


async def test_all_pages_of_models_are_listed_with_what_the_vendor_tells(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    more = {"has_more": True, "last_id": "claude-opus-5-5"}
    upstream.then(
        gives({"data": [CAPABLE], "first_id": "claude-opus-5-5", **more}),
        gives({"data": [{"id": "old", "type": "model"}], "has_more": False, "last_id": "old"}),
    )

    models = await model.list_models()

    assert models == [
        OfferedModel(
            "claude-opus-5-5",
            1_000_000,
            128_000,
            frozenset({"chat", "tools", "images", "json-schema"}),
        ),
        OfferedModel("old"),
    ]
    assert [asked.path for asked in upstream.asked] == [
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=claude-opus-5-5",
    ]


async def test_a_list_that_never_ends_is_not_read_for_ever(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(gives({"data": [{"id": "a"}], "has_more": True, "last_id": "a"}))

    assert await model.list_models() == [OfferedModel("a")]


ODD_LISTS: list[Any] = [[], {"data": 7}, {"data": [7]}, {"data": [{}]}, 7, {}]


@pytest.mark.parametrize("odd", ODD_LISTS)
async def test_a_list_of_something_else_is_a_failure(
    upstream: AnthropicUpstream, model: AnthropicModel, odd: object
) -> None:
    upstream.then(gives(odd))

    with pytest.raises(ProviderError, match="a list of models"):
        await model.list_models()


async def test_tokens_are_counted_without_an_answer(
    upstream: AnthropicUpstream, model: AnthropicModel
) -> None:
    upstream.then(gives({"input_tokens": 2095}))

    assert await model.count_tokens(QUESTION) == 2095
    assert upstream.asked[0].path == "/v1/messages/count_tokens"
    assert "max_tokens" not in upstream.asked[0].body


@pytest.mark.parametrize("odd", [{}, {"input_tokens": "7"}, [], {"input_tokens": -1}])
async def test_a_count_of_something_else_is_a_failure(
    upstream: AnthropicUpstream, model: AnthropicModel, odd: object
) -> None:
    upstream.then(gives(odd))

    with pytest.raises(ProviderError, match="a count of tokens"):
        await model.count_tokens(QUESTION)

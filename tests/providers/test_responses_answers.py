"""An answer over the wire in OpenAI's Responses API: what OpenAI's own client hears, and what we hear."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import aiohttp
import orjson
import pytest
from inline_snapshot import snapshot
from openai import AsyncOpenAI
from openai.types.responses import Response
from tests.support.heard import Heard, hear_all
from tests.support.responses_upstream import (
    PATH,
    WEB_SEARCH,
    Event,
    citation,
    function_call,
    message,
    reasoning,
    refusal,
    response,
    streamed,
    wire,
)
from tests.support.wire_upstream import WireUpstream, a_wire_upstream

from arcano.providers import (
    CallAccepted,
    ModelRequest,
    ProviderError,
    ProviderOverloadedError,
    RateLimits,
    ReasoningPart,
    RequestMessage,
    Seal,
    StreamCutError,
    TextPart,
    TokenUsage,
)
from arcano.providers.adapters.responses import OpenAIResponsesModel
from arcano.providers.adapters.responses_request import VENDOR

QUESTION = ModelRequest("m", (RequestMessage("user", (TextPart("Hi"),)),))
THINKING: list[Event] = [
    reasoning("First.", "Then."),
    WEB_SEARCH,
    message("Grüße, ", "Welt 🌍", annotations=(citation("https://a.example", "A"),)),
]
CALLING: list[Event] = [
    reasoning(),
    function_call("look", '{"city": "Oslo"}', call_id="c1"),
    function_call("see", "{}", call_id="c2"),
]


@pytest.fixture
async def upstream() -> AsyncGenerator[WireUpstream]:
    async with a_wire_upstream() as upstream:
        yield upstream


@pytest.fixture
async def model(upstream: WireUpstream) -> AsyncGenerator[OpenAIResponsesModel]:
    async with aiohttp.ClientSession() as http:
        yield OpenAIResponsesModel(
            name="OpenAI", base_url=f"{upstream.host}/v1", key="sk-1", http=http
        )


async def their_response(upstream: WireUpstream) -> Response:
    """What OpenAI's client put together from the events."""
    async with (
        AsyncOpenAI(base_url=f"{upstream.host}/v1", api_key="sk", max_retries=0) as client,
        client.responses.stream(model="m", input="Hi") as stream,
    ):
        return await stream.get_final_response()


def agree(ours: Heard, theirs: Response) -> None:
    assert ours.text == theirs.output_text
    calls = [item for item in theirs.output if item.type == "function_call"]
    assert list(ours.calls.values()) == [(c.call_id, c.name, c.arguments) for c in calls]
    thoughts = [item for item in theirs.output if item.type == "reasoning"]
    summary = "\n\n".join(part.text for item in thoughts for part in item.summary)
    assert ours.reasoning == summary
    sealed = [orjson.loads(seal)["encrypted_content"] for seal in ours.seals]
    assert sealed == [item.encrypted_content for item in thoughts]
    assert ours.finished is not None
    assert theirs.usage is not None
    assert ours.finished.usage == TokenUsage(
        theirs.usage.input_tokens,
        theirs.usage.output_tokens,
        theirs.usage.output_tokens_details.reasoning_tokens,
        theirs.usage.input_tokens_details.cached_tokens,
        theirs.usage.input_tokens_details.cache_write_tokens,
    )


@pytest.mark.parametrize("output", [THINKING, CALLING])
async def test_openais_own_client_hears_the_same(
    output: list[Event], upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    upstream.stream(PATH, wire(streamed(output)))

    ours = await hear_all(model.stream(QUESTION))

    agree(ours, await their_response(upstream))


async def test_openais_own_client_hears_the_same_refusal(
    upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    upstream.stream(PATH, wire(streamed([refusal("I will not.")])))

    ours = await hear_all(model.stream(QUESTION))

    (item,) = (await their_response(upstream)).output
    assert item.type == "message"
    assert item.content[0].type == "refusal"
    assert ours.refusal == item.content[0].refusal


@pytest.mark.parametrize("output", [THINKING, CALLING])
async def test_a_whole_answer_is_heard_as_openais_own_client_does(
    output: list[Event], upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    upstream.json(PATH, response(output))
    async with AsyncOpenAI(base_url=f"{upstream.host}/v1", api_key="sk", max_retries=0) as client:
        theirs = await client.responses.create(model="m", input="Hi")

    ours = await hear_all(model.stream(replace(QUESTION, whole=True)))

    agree(ours, theirs)


async def test_what_was_thought_goes_back_as_it_came(
    upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    upstream.stream(PATH, wire(streamed(THINKING)))
    heard = await hear_all(model.stream(QUESTION))
    thought = ReasoningPart(heard.reasoning, Seal(VENDOR, heard.seals[0]))
    said = RequestMessage("assistant", (thought, TextPart(heard.text)))

    await hear_all(model.stream(replace(QUESTION, messages=(*QUESTION.messages, said))))

    assert upstream.asked[-1].body["input"][1] == THINKING[0]


async def test_the_call_is_accepted_before_anything_is_said(
    upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    headers = {"x-request-id": "req_7", "x-ratelimit-remaining-tokens": "1000"}
    upstream.stream(PATH, wire(streamed(THINKING)), headers=headers)

    heard = await hear_all(model.stream(QUESTION))

    assert heard.accepted == CallAccepted("req_7", RateLimits(tokens_left=1000))


async def test_an_answer_without_its_end_is_cut_and_what_came_is_kept(
    upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    upstream.stream(PATH, wire(streamed(THINKING)[:-1]))
    heard = Heard()

    with pytest.raises(StreamCutError):
        await hear_all(model.stream(QUESTION), into=heard)

    assert heard.text == "Grüße, Welt 🌍"


async def test_a_refused_question_is_the_same_error_as_with_chat_completions(
    upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    body = {"error": {"message": "Slow down.", "code": "rate_limit_exceeded"}}
    upstream.json(PATH, body, status=429, headers={"Retry-After": "7"})

    with pytest.raises(ProviderOverloadedError, match=r"Slow down\.") as busy:
        await hear_all(model.stream(QUESTION))

    assert busy.value.retry_after is not None
    assert busy.value.retry_after.total_seconds() == 7


async def test_tokens_are_counted_without_an_answer(
    upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    path = f"{PATH}/input_tokens"
    upstream.json(path, {"object": "response.input_tokens", "input_tokens": 11})

    assert await model.count_tokens(QUESTION) == 11
    assert upstream.asked[0].body == snapshot(
        {
            "model": "m",
            "input": [{"role": "user", "content": "Hi"}],
            "reasoning": {"summary": "auto"},
        }
    )
    wrong: list[object] = [{"input_tokens": -1}, {}, [], {"input_tokens": "many"}]
    for nonsense in wrong:
        upstream.json(path, nonsense)
        with pytest.raises(ProviderError, match="a number of tokens"):
            await model.count_tokens(QUESTION)


async def test_models_are_listed_at_the_same_address(
    upstream: WireUpstream, model: OpenAIResponsesModel
) -> None:
    upstream.json("/v1/models", {"data": [{"id": "m"}]})

    assert [offered.name for offered in await model.list_models()] == ["m"]

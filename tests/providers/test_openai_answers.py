"""An answer over the wire in OpenAI's chat completions: what OpenAI's own client hears, and what we hear.

The samples follow the OpenAI API reference, "The chat completion chunk object" and "The chat completion object".
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import aiohttp
import orjson
import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from tests.support.heard import Heard, hear_all
from tests.support.wire_upstream import WireUpstream, a_wire_upstream

from arcano.platform.clock import SystemClock
from arcano.providers import (
    CallAccepted,
    ModelFinished,
    ModelRequest,
    ProviderError,
    ProviderOverloadedError,
    RateLimits,
    RequestMessage,
    StreamCutError,
    TextPart,
    TokenUsage,
)
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.profiles import OPENAI

PATH = "/v1/chat/completions"
QUESTION = ModelRequest("m", (RequestMessage("user", (TextPart("Hi"),)),))
USAGE = {
    "prompt_tokens": 20,
    "completion_tokens": 9,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 16, "cache_write_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 3},
}
HEADERS = {
    "x-request-id": "req_7",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "1m30s",
}


def chunk(delta: dict[str, Any], *, finish: str | None = None) -> bytes:
    return event(choices=[{"index": 0, "delta": delta, "finish_reason": finish}])


def event(**fields: Any) -> bytes:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: %s\n\n" % orjson.dumps({**head, **fields})


END = event(choices=[], usage=USAGE) + b"data: [DONE]\n\n"
WORDS = (
    chunk({"role": "assistant", "content": "", "refusal": None})
    + chunk({"content": "Grüße, "})
    + chunk({"content": "Welt 🌍"})
    + chunk({}, finish="stop")
    + END
)
CALLS = (
    chunk({"role": "assistant", "content": None})
    + chunk(
        {
            "tool_calls": [
                {
                    "index": 0,
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "look", "arguments": ""},
                }
            ]
        }
    )
    + chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"city":'}}]})
    + chunk({"tool_calls": [{"index": 0, "function": {"arguments": '"Oslo"}'}}]})
    + chunk(
        {
            "tool_calls": [
                {
                    "index": 1,
                    "id": "c2",
                    "type": "function",
                    "function": {"name": "see", "arguments": "{}"},
                }
            ]
        }
    )
    + chunk({}, finish="tool_calls")
    + END
)
REFUSAL = (
    chunk({"role": "assistant", "refusal": "I will "})
    + chunk({"refusal": "not."})
    + chunk({}, finish="stop")
    + END
)
CUT_SHORT = chunk({"content": "As far as"}) + chunk({}, finish="length") + END


@pytest.fixture
async def upstream() -> AsyncGenerator[WireUpstream]:
    async with a_wire_upstream() as upstream:
        yield upstream


async def hear(
    upstream: WireUpstream, request: ModelRequest = QUESTION, *, into: Heard | None = None
) -> Heard:
    async with aiohttp.ClientSession() as http:
        model = OpenAICompatibleModel(
            name="OpenAI", base_url=f"{upstream.host}/v1", key="sk-1", http=http, profile=OPENAI
        )
        return await hear_all(model.stream(request), into=into)


class Theirs:
    """What OpenAI's client made of the same bytes, put together as its documentation does."""

    def __init__(self) -> None:
        self.text, self.refusal, self.finish = "", "", None
        self.calls: dict[int, tuple[str, str, str]] = {}
        self.usage: Any = None

    def add(self, chunk: ChatCompletionChunk) -> None:
        self.usage = chunk.usage or self.usage
        for choice in chunk.choices:
            self.text += choice.delta.content or ""
            self.refusal += choice.delta.refusal or ""
            self.finish = choice.finish_reason or self.finish
            for call in choice.delta.tool_calls or ():
                assert call.function is not None
                call_id, name, arguments = self.calls.get(call.index, ("", "", ""))
                self.calls[call.index] = (
                    call.id or call_id,
                    call.function.name or name,
                    arguments + (call.function.arguments or ""),
                )


@pytest.mark.parametrize("wire", [WORDS, CALLS, REFUSAL, CUT_SHORT])
async def test_openais_own_client_hears_the_same(wire: bytes, upstream: WireUpstream) -> None:
    upstream.stream(PATH, wire)
    theirs = Theirs()
    async with AsyncOpenAI(base_url=f"{upstream.host}/v1", api_key="sk", max_retries=0) as client:
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        async for said in stream:
            theirs.add(said)

    ours = await hear(upstream)

    assert (ours.text, ours.refusal, ours.calls) == (theirs.text, theirs.refusal, theirs.calls)
    assert ours.finished is not None
    assert ours.finished.reason == str(theirs.finish).replace("_", "-")
    assert ours.finished.usage == TokenUsage(
        theirs.usage.prompt_tokens,
        theirs.usage.completion_tokens,
        theirs.usage.completion_tokens_details.reasoning_tokens,
        theirs.usage.prompt_tokens_details.cached_tokens,
        theirs.usage.prompt_tokens_details.cache_write_tokens,
    )


async def test_a_whole_answer_is_heard_as_openais_own_client_does(upstream: WireUpstream) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    message = {"role": "assistant", "content": "Hello", "refusal": None, "tool_calls": [call]}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m"}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls", "logprobs": None}
    upstream.json(PATH, {**head, "choices": [choice], "usage": USAGE}, headers=HEADERS)
    async with AsyncOpenAI(base_url=f"{upstream.host}/v1", api_key="sk", max_retries=0) as client:
        theirs = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi"}]
        )

    ours = await hear(upstream, replace(QUESTION, whole=True))

    said = theirs.choices[0].message
    assert ours.text == said.content
    assert ours.calls == {0: ("c1", "look", "{}")}
    assert said.tool_calls is not None
    assert said.tool_calls[0].id == "c1"
    assert ours.finished == ModelFinished("tool-calls", TokenUsage(20, 9, 3, 16, 4))
    assert ours.accepted == CallAccepted("req_7", RateLimits(59, requests_reset_seconds=90.0))
    assert upstream.asked[-1].body["stream"] is False


async def test_the_call_is_accepted_before_anything_is_said(upstream: WireUpstream) -> None:
    upstream.stream(PATH, WORDS, headers=HEADERS)

    heard = await hear(upstream)

    assert heard.accepted == CallAccepted("req_7", RateLimits(59, requests_reset_seconds=90.0))


async def test_a_server_that_answers_a_streaming_question_whole_is_understood(
    upstream: WireUpstream,
) -> None:
    choice = {"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"}
    upstream.json(PATH, {"choices": [choice]})

    heard = await hear(upstream)

    assert (heard.text, heard.finished) == ("Hello", ModelFinished("stop"))


@pytest.mark.parametrize("whole", [True, False])
async def test_an_answer_without_its_end_is_cut_and_what_came_is_kept(
    whole: bool,
    upstream: WireUpstream,
) -> None:
    upstream.stream(PATH, WORDS[: WORDS.index(b'finish_reason":"stop')], whole=whole)
    heard = Heard()

    with pytest.raises(StreamCutError):
        await hear(upstream, into=heard)

    assert heard.text == "Grüße, Welt 🌍"
    assert heard.finished is None


async def test_a_whole_answer_that_breaks_off_is_no_answer(upstream: WireUpstream) -> None:
    upstream.json(PATH, {"choices": []}, whole=False)

    with pytest.raises(ProviderError):
        await hear(upstream, replace(QUESTION, whole=True))


async def test_a_date_to_try_again_at_is_a_time_to_wait(upstream: WireUpstream) -> None:
    now = SystemClock().now()
    in_a_minute = format_datetime(now.replace(microsecond=0, second=59), usegmt=True)
    date = format_datetime(now.replace(microsecond=0, second=29), usegmt=True)
    headers = {"Retry-After": in_a_minute, "Date": date}
    upstream.json(PATH, {}, status=503, headers=headers)

    with pytest.raises(ProviderOverloadedError) as busy:
        await hear(upstream)

    assert busy.value.retry_after is not None
    assert busy.value.retry_after.total_seconds() == 30


async def test_the_key_goes_along_and_is_never_quoted(upstream: WireUpstream) -> None:
    upstream.json(PATH, {"error": {"message": "bad key sk-1"}}, status=400)

    with pytest.raises(ProviderError) as refused:
        await hear(upstream)

    assert upstream.asked[0].headers["Authorization"] == "Bearer sk-1"
    assert "sk-1" not in refused.value.detail

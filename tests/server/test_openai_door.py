"""The door that speaks OpenAI's chat completions, asked by OpenAI's own client and by bare requests."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from tests.support.server import Server
from tests.support.upstream import Call, Upstream
from tests.support.visitor import Visitor

TOOL: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather somewhere.",
        "parameters": {"type": "object", "properties": {"town": {"type": "string"}}},
    },
}


@asynccontextmanager
async def a_client(server: Server, visitor: Visitor) -> AsyncGenerator[AsyncOpenAI]:
    """OpenAI's client with a key of the visitor's for this door."""
    made = await visitor.post("/api/keys", {"name": "OpenAI's client", "doors": ["openai"]})
    assert made.status == 201, made
    async with AsyncOpenAI(
        base_url=f"{server.url}/v1", api_key=made.body["key"], max_retries=0
    ) as client:
        yield client


def asked(question: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": question}]


async def test_an_answer_streams_and_tells_its_usage_where_it_is_wanted(
    server: Server, visitor: Visitor
) -> None:
    async with a_client(server, visitor) as client:
        stream = await client.chat.completions.create(
            model="wordy",
            messages=asked("stream to a program"),
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]

    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert text == "An ordinary answer."
    assert chunks[-1].usage is not None
    assert (chunks[-1].usage.prompt_tokens, chunks[-1].usage.completion_tokens) == (7, 3)


async def test_usage_that_nobody_wanted_is_not_sent(server: Server, visitor: Visitor) -> None:
    async with a_client(server, visitor) as client:
        stream = await client.chat.completions.create(
            model="wordy", messages=asked("no usage please"), stream=True
        )
        chunks = [chunk async for chunk in stream]

    assert all(chunk.choices for chunk in chunks)


async def test_what_only_this_vendor_can_say_reaches_a_target_of_the_same_format(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async with a_client(server, visitor) as client:
        stream = await client.chat.completions.create(
            model="wordy",
            messages=asked("with extras"),
            stream=True,
            logprobs=True,
            presence_penalty=0.5,
            extra_body={"top_k": 7},
        )
        _ = [chunk async for chunk in stream]

    body = (await upstream.call_about("with extras")).body
    assert (body["logprobs"], body["presence_penalty"], body["top_k"]) == (True, 0.5, 7)


async def test_what_a_tool_of_this_vendor_alone_gave_comes_back_to_it(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    called: Any = {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "call_7", "type": "custom", "custom": {"name": "shell", "input": "ls"}}
        ],
    }
    result: Any = {"role": "tool", "tool_call_id": "call_7", "content": "README.md"}
    tool: Any = {"type": "custom", "custom": {"name": "shell"}}
    async with a_client(server, visitor) as client:
        stream = await client.chat.completions.create(
            model="wordy",
            messages=[*asked("what is in the folder"), called, result],
            tools=[tool],
            stream=True,
        )
        _ = [chunk async for chunk in stream]

    body = (await upstream.call_about("what is in the folder")).body
    assert body["messages"][1:] == [called, result]


async def test_a_refusal_before_the_first_word_is_an_error_of_the_right_kind(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def refuse(call: Call) -> None:
        await call.refuse(429, {"error": {"message": "Slow down."}}, headers={"Retry-After": "7"})

    upstream.when_asked("too many of us", refuse)
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.RateLimitError) as raised:
            await client.chat.completions.create(
                model="wordy", messages=asked("too many of us"), stream=True
            )

    assert raised.value.response.headers["retry-after"] == "7"
    assert raised.value.code == "rate_limit_exceeded"


async def test_an_answer_that_breaks_off_never_looks_like_one_that_ended(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def break_off(call: Call) -> None:
        await call.say("Once upon a time, in a land far away, there was ")
        call.cut()

    upstream.when_asked("a story that breaks off", break_off)
    heard: list[str] = []

    async def hear(stream: AsyncStream[ChatCompletionChunk]) -> None:
        async for chunk in stream:
            heard.extend(choice.delta.content or "" for choice in chunk.choices)

    async with a_client(server, visitor) as client:
        stream = await client.chat.completions.create(
            model="wordy", messages=asked("a story that breaks off"), stream=True
        )
        with pytest.raises(openai.APIError):
            await hear(stream)

    assert "".join(heard).startswith("Once upon a time")


async def test_a_caller_who_leaves_ends_the_call_upstream_within_a_second(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def go_on(call: Call) -> None:
        await call.say(*(["word "] * 500), every=0.05)
        await call.finish()

    upstream.when_asked("a story nobody hears out", go_on)
    async with a_client(server, visitor) as client:
        stream = await client.chat.completions.create(
            model="wordy", messages=asked("a story nobody hears out"), stream=True
        )
        async for chunk in stream:
            if chunk.choices[0].delta.content:
                break
        left = time.monotonic()
        await stream.close()
    call = await upstream.call_about("a story nobody hears out")
    async with asyncio.timeout(5):
        await call.wait_for_hang_up()

    assert call.closed_at is not None
    assert call.closed_at - left < 1


async def test_a_model_that_is_not_there_is_not_found(server: Server, visitor: Visitor) -> None:
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.NotFoundError) as raised:
            await client.chat.completions.create(model="nobody", messages=asked("hello"))

    assert raised.value.code == "model_not_found"


async def test_what_is_wrong_in_a_request_is_named(server: Server, visitor: Visitor) -> None:
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            await client.chat.completions.create(
                model="wordy", messages=asked("hello"), temperature=9
            )

    assert raised.value.param == "temperature"


async def test_a_stranger_is_told_to_bring_a_key(server: Server) -> None:
    async with AsyncOpenAI(
        base_url=f"{server.url}/v1", api_key="sk-arc-not-a-key", max_retries=0
    ) as client:
        with pytest.raises(openai.AuthenticationError):
            await client.chat.completions.create(model="wordy", messages=asked("hello"))


async def test_what_lies_in_the_account_that_all_share_is_named_by_nobody(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            await client.chat.completions.create(
                model="wordy",
                messages=[
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "read somebody's file"},
                            {"type": "file", "file": {"file_id": "file-of-somebody"}},
                        ],
                    }
                ],
            )

    assert "file_id" in raised.value.message
    assert not upstream.calls_about("read somebody's file")

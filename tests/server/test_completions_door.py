"""Texts that a model goes on with, asked by OpenAI's own client: several at once, left, and broken off."""

import asyncio
import time

import openai
import pytest
from openai import AsyncStream
from openai.types import Completion
from tests.support.openai_programs import a_client, a_loose_client
from tests.support.server import Server
from tests.support.upstream import Call, Upstream
from tests.support.visitor import Visitor


async def test_several_prompts_are_asked_at_the_same_time(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    prompts = [f"one of those asked at once {number}" for number in range(4)]
    arrived: list[str] = []
    all_there = asyncio.Event()

    async def wait_for_all(call: Call) -> None:
        arrived.append(call.question)
        if len(arrived) == len(prompts):
            all_there.set()
        await all_there.wait()
        await call.say(f"after {call.question}")
        await call.finish()

    for prompt in prompts:
        upstream.when_asked(prompt, wait_for_all)
    texts = dict.fromkeys(range(len(prompts)), "")
    async with asyncio.timeout(20), a_loose_client(server, visitor) as client:
        stream = await client.completions.create(model="wordy", prompt=prompts, stream=True)
        async for chunk in stream:
            for choice in chunk.choices:
                texts[choice.index] += choice.text

    assert [texts[place] for place in sorted(texts)] == [f"after {prompt}" for prompt in prompts]


async def test_a_caller_who_leaves_ends_every_call_upstream_within_a_second(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    prompts = ["left by whoever asked, one", "left by whoever asked, two"]

    async def go_on(call: Call) -> None:
        await call.say(*(["word "] * 500), every=0.05)
        await call.finish()

    for prompt in prompts:
        upstream.when_asked(prompt, go_on)
    async with a_client(server, visitor) as client:
        stream = await client.completions.create(model="wordy", prompt=prompts, stream=True)
        heard: set[int] = set()
        async for chunk in stream:
            heard |= {choice.index for choice in chunk.choices}
            if len(heard) == len(prompts):
                break
        left = time.monotonic()
        await stream.close()
    calls = [await upstream.call_about(prompt) for prompt in prompts]
    async with asyncio.timeout(5):
        for call in calls:
            await call.wait_for_hang_up()

    assert all(call.closed_at is not None and call.closed_at - left < 1 for call in calls)


async def test_a_completion_that_breaks_off_never_looks_like_one_that_ended(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def break_off(call: Call) -> None:
        await call.say("Once upon a time, in a land far away, there was ")
        call.cut()

    upstream.when_asked("a completion that breaks off", break_off)
    heard: list[str] = []

    async def hear(stream: AsyncStream[Completion]) -> None:
        async for chunk in stream:
            heard.extend(choice.text for choice in chunk.choices)

    async with a_client(server, visitor) as client:
        stream = await client.completions.create(
            model="wordy", prompt="a completion that breaks off", stream=True
        )
        with pytest.raises(openai.APIError):
            await hear(stream)

    assert "".join(heard).startswith("Once upon a time")

"""Mistral's own client at the door that speaks as OpenAI does: what it says differently is understood there."""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mistralai.client import Mistral
from mistralai.client.errors import SDKError
from mistralai.client.types import UNSET
from pydantic import BaseModel
from tests.support.door_targets import MODELS, PNG, Format, Say, Targets
from tests.support.gemini_upstream import gives

EVERY_TARGET: tuple[Format, ...] = ("openai", "gemini", "ollama", "anthropic")
each_target = pytest.mark.parametrize("target", EVERY_TARGET)

TOOL: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather somewhere.",
        "parameters": {"type": "object", "properties": {"town": {"type": "string"}}},
    },
}


@asynccontextmanager
async def a_client(targets: Targets) -> AsyncGenerator[Any]:
    """Mistral's client with a key for OpenAI's door."""
    key = await targets.key("openai")
    async with Mistral(api_key=key, server_url=targets.server.url) as client:
        yield client


def asked(question: Any) -> Any:
    return [{"role": "user", "content": question}]


@each_target
async def test_an_answer_comes_whole(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Hello ", "Ada.")))
    async with a_client(targets) as client:
        answer = await client.chat.complete_async(
            model=MODELS[target],
            messages=[{"role": "system", "content": "Be brief."}, *asked("Who am I?")],
            max_tokens=50,
            random_seed=UNSET if target == "anthropic" else 5,  # it takes none, and is told none
            safe_prompt=False,
        )

    assert answer.choices[0].message is not None
    assert answer.choices[0].message.content == "Hello Ada."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.completion_tokens
    body = targets.asked(target)
    assert "Be brief." in str(body)
    if target in ("gemini", "ollama"):
        settings: Any = body.get("generationConfig") or body["options"]
        assert settings["seed"] == 5


@each_target
async def test_an_answer_streams(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Hello ", "Ada.")))
    async with a_client(targets) as client:
        stream = await client.chat.stream_async(model=MODELS[target], messages=asked("Who am I?"))
        pieces = [piece.data async for piece in stream]

    choices = [choice for piece in pieces for choice in piece.choices]
    assert "".join(str(choice.delta.content or "") for choice in choices) == "Hello Ada."
    assert choices[-1].finish_reason == "stop"


@each_target
async def test_a_tool_is_called_and_its_result_read(targets: Targets, target: Format) -> None:
    call = Say(calls=(("weather", {"town": "Turin"}),))
    targets.will(target, call, Say(("It ", "rains.")))
    how: Any = {"model": MODELS[target], "tools": [TOOL]}
    if target != "ollama":
        how["tool_choice"] = "any"
    question = asked("Turin?")
    async with a_client(targets) as client:
        first = await client.chat.complete_async(messages=question, **how)
        message: Any = first.choices[0].message
        (called,) = message.tool_calls
        result = {
            "role": "tool",
            "name": called.function.name,
            "tool_call_id": called.id,
            "content": f"Rain, {called.function.arguments}",
        }
        how.pop("tool_choice", None)
        second = await client.chat.complete_async(messages=[*question, message, result], **how)

    assert first.choices[0].finish_reason == "tool_calls"
    assert second.choices[0].message is not None
    assert second.choices[0].message.content == "It rains."
    assert "Rain, " in str(targets.asked(target))


class Town(BaseModel):
    name: str
    inhabitants: int


@each_target
async def test_an_answer_has_the_shape_that_was_asked_for(targets: Targets, target: Format) -> None:
    targets.will(target, Say(('{"name": "Turin", ', '"inhabitants": 850000}')))
    async with a_client(targets) as client:
        answer = await client.chat.parse_async(Town, model=MODELS[target], messages=asked("Turin?"))

    message: Any = answer.choices and answer.choices[0].message
    assert message.parsed == Town(name="Turin", inhabitants=850_000)
    assert "inhabitants" in str(targets.asked(target))


@each_target
async def test_an_image_is_seen(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("A dot.",)))
    data = b64encode(PNG).decode()
    content = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": f"data:image/png;base64,{data}"},
    ]
    async with a_client(targets) as client:
        await client.chat.complete_async(model=MODELS[target], messages=asked(content))

    assert data in str(targets.asked(target))


async def test_what_only_mistral_can_be_told_is_refused_by_name_elsewhere(targets: Targets) -> None:
    async with a_client(targets) as client:
        with pytest.raises(SDKError) as raised:
            await client.chat.complete_async(
                model=MODELS["gemini"], messages=asked("Hello?"), safe_prompt=True
            )

    assert raised.value.status_code == 400
    assert "safe_prompt" in raised.value.body


@pytest.mark.parametrize(("status", "told"), [(429, 429), (400, 400), (500, 502)])
async def test_a_refusal_before_the_first_word_is_an_error_with_its_status(
    targets: Targets, status: int, told: int
) -> None:
    targets.will("openai", Say(refuse=status))
    async with a_client(targets) as client:
        with pytest.raises(SDKError) as raised:
            await client.chat.complete_async(model="wordy", messages=asked("Hello?"))

    assert raised.value.status_code == told


async def test_a_caller_who_leaves_ends_the_call_upstream_within_a_second(targets: Targets) -> None:
    targets.will("openai", Say(("word ",), endless=True))
    async with a_client(targets) as client:
        stream = await client.chat.stream_async(model="wordy", messages=asked("Go on."))
        async for _ in stream:
            break
        left = time.monotonic()
        await stream.response.aclose()
    async with asyncio.timeout(5):
        await targets.hung_up("openai")

    assert time.monotonic() - left < 1


async def test_texts_become_vectors(targets: Targets) -> None:
    targets.gemini.when_asked(
        ":batchEmbedContents",
        gives({"embeddings": [{"values": [0.6, 0.8]}, {"values": [0.8, 0.6]}]}),
    )
    async with a_client(targets) as client:
        google = await client.embeddings.create_async(
            model="gemini-embedding-001", inputs=["a", "b"]
        )
        ollama = await client.embeddings.create_async(
            model=MODELS["ollama"], inputs="one", output_dimension=3
        )

    assert [one.embedding for one in google.data] == [[0.6, 0.8], [0.8, 0.6]]
    assert [one.index for one in google.data] == [0, 1]
    assert [len(one.embedding) for one in ollama.data] == [3]
    assert ollama.usage.prompt_tokens > 0


async def test_numbers_that_nobody_gives_here_are_refused_by_name(targets: Targets) -> None:
    async with a_client(targets) as client:
        with pytest.raises(SDKError) as raised:
            await client.embeddings.create_async(
                model="gemini-embedding-001", inputs="a", output_dtype="int8"
            )

    assert raised.value.status_code == 400
    assert "output_dtype" in str(raised.value)

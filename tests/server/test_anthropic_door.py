"""The door that speaks Anthropic's Messages API, asked by Anthropic's own client: each target speaks another format."""

import asyncio
import sqlite3
import time
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from typing import Any

import anthropic
import pytest
from anthropic import AsyncAnthropic
from pydantic import BaseModel
from tests.support.anthropic_upstream import gives
from tests.support.door_targets import MODELS, PNG, Format, Say, Targets

EVERY_TARGET: tuple[Format, ...] = ("openai", "gemini", "ollama", "anthropic")
OF_OTHERS: tuple[Format, ...] = ("openai", "gemini", "ollama")
each_target = pytest.mark.parametrize("target", EVERY_TARGET)
each_other = pytest.mark.parametrize("target", OF_OTHERS)

TOOL: Any = {
    "name": "weather",
    "description": "The weather somewhere.",
    "input_schema": {"type": "object", "properties": {"town": {"type": "string"}}},
}


@asynccontextmanager
async def a_client(targets: Targets, *, doors: str = "anthropic") -> AsyncGenerator[AsyncAnthropic]:
    """Anthropic's client with a key for this door."""
    key = await targets.key(doors)
    async with AsyncAnthropic(base_url=targets.server.url, api_key=key, max_retries=0) as client:
        yield client


def asked(question: Any) -> list[Any]:
    return [{"role": "user", "content": question}]


@each_target
async def test_an_answer_comes_whole(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Hello ", "Ada.")))
    async with a_client(targets) as client:
        message = await client.messages.create(
            model=MODELS[target],
            max_tokens=50,
            system="Be brief.",
            messages=asked("Who am I?"),
            stop_sequences=["END"],
            extra_body={"temperature": 0.3},
        )

    assert message.content[0].type == "text"
    assert message.content[0].text == "Hello Ada."
    assert message.stop_reason == "end_turn"
    assert message.usage.output_tokens > 0
    assert "Be brief." in str(targets.asked(target))
    assert "END" in str(targets.asked(target))


@each_target
async def test_an_answer_streams(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Hello ", "Ada."), length=True))
    async with (
        a_client(targets) as client,
        client.messages.stream(
            model=MODELS[target], max_tokens=50, messages=asked("Who am I?")
        ) as stream,
    ):
        kinds = [event.type async for event in stream]
        message = await stream.get_final_message()

    assert message.content[0].type == "text"
    assert message.content[0].text == "Hello Ada."
    assert message.stop_reason == "max_tokens"
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens > 0
    assert kinds[0] == "message_start"
    assert kinds[-1] == "message_stop"
    assert kinds.count("content_block_start") == kinds.count("content_block_stop") == 1


@each_target
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_a_tool_is_called_and_its_result_read(
    targets: Targets, target: Format, *, stream: bool
) -> None:
    call = Say(calls=(("weather", {"town": "Turin"}), ("weather", {"town": "Oslo"})))
    targets.will(target, call, Say(("It ", "rains.")))
    async with a_client(targets) as client:
        question = asked("How is the weather in Turin and Oslo?")
        how: Any = {"model": MODELS[target], "max_tokens": 50, "tools": [TOOL]}
        first = await _message(client, stream=stream, messages=question, **how)
        results = [
            {"type": "tool_result", "tool_use_id": block.id, "content": f"Rain in {block.input}"}
            for block in first.content
            if block.type == "tool_use"
        ]
        conversation = [
            *question,
            {"role": "assistant", "content": first.content},
            {"role": "user", "content": [*results, {"type": "text", "text": "So?"}]},
        ]
        second = await _message(client, stream=stream, messages=conversation, **how)

    assert first.stop_reason == "tool_use"
    assert [block.input for block in first.content if block.type == "tool_use"] == [
        {"town": "Turin"},
        {"town": "Oslo"},
    ]
    assert second.content[0].text == "It rains."
    body = str(targets.asked(target))
    assert "Rain in {'town': 'Turin'}" in body.replace("\\", "")
    assert "weather" in body
    assert "So?" in body


async def _message(client: AsyncAnthropic, *, stream: bool, **how: Any) -> Any:
    asking: Any = client
    if not stream:
        return await asking.messages.create(**how)
    async with asking.messages.stream(**how) as events:
        return await events.get_final_message()


@pytest.mark.parametrize("target", ["openai", "gemini"])
async def test_a_tool_is_forced_and_calls_come_one_by_one(targets: Targets, target: Format) -> None:
    targets.will(target, Say(calls=(("weather", {"town": "Turin"}),)))
    choice: Any = {"type": "tool", "name": "weather", "disable_parallel_tool_use": True}
    async with a_client(targets) as client:
        await client.messages.create(
            model=MODELS[target],
            max_tokens=50,
            messages=asked("Turin?"),
            tools=[TOOL],
            tool_choice=choice,
        )

    body = targets.asked(target)
    if target == "openai":
        assert body["tool_choice"]["function"]["name"] == "weather"
        assert body["parallel_tool_calls"] is False
    else:
        calling = body["toolConfig"]["functionCallingConfig"]
        assert calling == {"mode": "ANY", "allowedFunctionNames": ["weather"]}


class Town(BaseModel):
    name: str
    inhabitants: int


@each_target
async def test_an_answer_has_the_shape_that_was_asked_for(targets: Targets, target: Format) -> None:
    targets.will(target, Say(('{"name": "Turin", ', '"inhabitants": 850000}')))
    async with a_client(targets) as client:
        message = await client.messages.parse(
            model=MODELS[target],
            max_tokens=50,
            messages=asked("Turin?"),
            output_format=Town,
        )

    assert message.parsed_output == Town(name="Turin", inhabitants=850_000)
    assert "inhabitants" in str(targets.asked(target))


@each_target
async def test_thoughts_are_told_to_whoever_asks_for_them(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Yes.",), thought="Let me see."))
    async with a_client(targets) as client:
        how: Any = {"model": MODELS[target], "max_tokens": 3000, "messages": asked("Is it?")}
        told = await _message(
            client, stream=True, thinking={"type": "enabled", "budget_tokens": 2000}, **how
        )
        untold = await _message(client, stream=target != "anthropic", **how)

    assert [block.type for block in told.content] == ["thinking", "text"]
    assert told.content[0].thinking == "Let me see."
    if target != "anthropic":
        assert [block.type for block in untold.content] == ["text"]


async def test_what_a_vendor_signed_comes_back_to_it_through_the_client(targets: Targets) -> None:
    call = Say(thought="I look outside.", calls=(("weather", {"town": "Turin"}),))
    targets.will("gemini", call, Say(("Rain.",)))
    how: Any = {
        "model": MODELS["gemini"],
        "max_tokens": 3000,
        "tools": [TOOL],
        "thinking": {"type": "enabled", "budget_tokens": 2000},
    }
    async with a_client(targets) as client:
        first = await _message(client, stream=False, messages=asked("Turin?"), **how)
        use = first.content[-1]
        assert use.type == "tool_use"
        result: Any = {"type": "tool_result", "tool_use_id": use.id, "content": "Rain"}
        turns: Any = [
            *asked("Turin?"),
            {"role": "assistant", "content": first.content},
            {"role": "user", "content": [result]},
        ]
        await client.messages.create(messages=turns, **how)

    parts = [part for turn in targets.asked("gemini")["contents"] for part in turn["parts"]]
    (called,) = [part for part in parts if "functionCall" in part]
    assert called["thoughtSignature"] == "c2lnbmVk"


@each_target
async def test_an_image_is_seen(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("A dot.",)))
    data = b64encode(PNG).decode()
    image: Any = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": data},
    }
    async with a_client(targets) as client:
        await client.messages.create(
            model=MODELS[target],
            max_tokens=50,
            messages=asked([image, {"type": "text", "text": "What is it?"}]),
        )

    assert data in str(targets.asked(target))


@pytest.mark.parametrize("target", ["openai", "anthropic"])
async def test_tokens_are_counted_and_it_is_said_by_whom(targets: Targets, target: Format) -> None:
    if target == "anthropic":
        targets.anthropic.then(gives({"input_tokens": 41}))
    async with a_client(targets) as client:
        raw = await client.messages.with_raw_response.count_tokens(
            model=MODELS[target], messages=asked("How long is this?"), system="Count."
        )
        counted = await raw.parse()

    if target == "anthropic":
        assert counted.input_tokens == 41
        assert raw.headers["arcano-token-count"] == "exact"
    else:
        assert counted.input_tokens > 0
        assert raw.headers["arcano-token-count"] == "estimated"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, anthropic.RateLimitError),
        (503, anthropic.APIStatusError),
        (400, anthropic.BadRequestError),
        (500, anthropic.InternalServerError),
    ],
)
async def test_a_refusal_before_the_first_word_is_an_error_of_the_right_kind(
    targets: Targets, status: int, error: type[anthropic.APIStatusError]
) -> None:
    targets.will("openai", Say(refuse=status))
    async with a_client(targets) as client:
        with pytest.raises(error) as raised:
            await client.messages.create(
                model=MODELS["openai"], max_tokens=50, messages=asked("Hello?")
            )

    body: Any = raised.value.body
    assert body["type"] == "error"
    assert body["request_id"] == raised.value.request_id
    if status == 429:
        assert raised.value.response.headers["retry-after"] == "7"
        assert body["error"]["type"] == "rate_limit_error"
    if status == 503:
        assert raised.value.status_code == 529
        assert body["error"]["type"] == "overloaded_error"


@each_target
async def test_an_answer_that_breaks_off_never_looks_like_one_that_ended(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("Once upon a time, ", "in a land far away, "), cut=True))
    kinds: list[str] = []
    hear_one = kinds.append

    async def hear(client: AsyncAnthropic) -> None:
        stream = await client.messages.create(
            model=MODELS[target], max_tokens=50, messages=asked("A story."), stream=True
        )
        async for event in stream:
            hear_one(event.type)

    async with a_client(targets) as client:
        with pytest.raises(anthropic.APIError):
            await hear(client)

    assert "content_block_delta" in kinds
    assert "message_stop" not in kinds


@each_target
async def test_a_caller_who_leaves_ends_the_call_upstream_within_a_second(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("word ",), endless=True))
    async with a_client(targets) as client:
        stream = await client.messages.create(
            model=MODELS[target], max_tokens=50, messages=asked("Go on."), stream=True
        )
        async for event in stream:
            if event.type == "content_block_delta":
                break
        left = time.monotonic()
        await stream.close()
    async with asyncio.timeout(5):
        await targets.hung_up(target)

    assert time.monotonic() - left < 1


async def test_a_model_that_is_not_there_is_not_found(targets: Targets) -> None:
    async with a_client(targets) as client:
        with pytest.raises(anthropic.NotFoundError):
            await client.messages.create(model="nobody", max_tokens=5, messages=asked("Hello?"))


async def test_a_key_for_another_door_is_forbidden(targets: Targets) -> None:
    async with a_client(targets, doors="openai") as client:
        with pytest.raises(anthropic.PermissionDeniedError):
            await client.messages.create(model="wordy", max_tokens=5, messages=asked("Hello?"))


async def test_a_stranger_is_told_to_bring_a_key(targets: Targets) -> None:
    async with AsyncAnthropic(
        base_url=targets.server.url, api_key="sk-arc-not-a-key", max_retries=0
    ) as client:
        with pytest.raises(anthropic.AuthenticationError):
            await client.messages.create(model="wordy", max_tokens=5, messages=asked("Hello?"))


async def test_a_key_comes_as_a_bearer_too(targets: Targets) -> None:
    targets.will("openai", Say(("Hello.",)))
    key = await targets.key("anthropic")
    async with AsyncAnthropic(base_url=targets.server.url, auth_token=key, max_retries=0) as client:
        message = await client.messages.create(
            model="wordy", max_tokens=5, messages=asked("Hello?")
        )

    assert message.content[0].type == "text"


@pytest.mark.parametrize("target", ["openai", "anthropic"])
async def test_every_call_is_a_row_of_the_ledger_with_what_was_used(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("Hello.",)))
    async with a_client(targets) as client:
        await _message(
            client, stream=True, model=MODELS[target], max_tokens=50, messages=asked("Count me.")
        )
    async with asyncio.timeout(10):
        while not (rows := await asyncio.to_thread(_ledger, targets, MODELS[target])):  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.05)

    read = {"openai": (7, 3), "anthropic": (331, 25)}[target]
    assert rows[-1][:3] == ("anthropic", *read)
    assert rows[-1][3] is not None


def _ledger(targets: Targets, model: str) -> list[Any]:
    with closing(sqlite3.connect(targets.server.database)) as connection:
        return connection.execute(
            "select door, input_tokens, output_tokens, key_id from ledger"
            " where model = ? and outcome = 'finished' order by ended_at",
            [model],
        ).fetchall()

"""OpenAI's door with other vendors' models behind it: chat, completions, vectors, the list of models."""

import base64
import json
import sqlite3
import struct
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import openai
import pytest
import pytest_asyncio
from aiohttp import web
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.completion import Completion
from openai.types.create_embedding_response import CreateEmbeddingResponse
from pydantic import BaseModel
from tests.support.ollama_upstream import serving
from tests.support.openai_programs import WEATHER, WEATHER_FUNCTION, a_client, a_loose_client
from tests.support.server import Server, a_server
from tests.support.upstream import Upstream
from tests.support.vendors import GREETING, THOUGHT, THOUGHTFUL, TOO_MANY, Vendor, vendors
from tests.support.visitor import Visitor, signed_in_visitor

KINDS = ("anthropic", "gemini", "ollama")
TOOL: Any = {
    "type": "function",
    "function": {"name": "weather", "parameters": WEATHER, "strict": True},
}

Behind = Mapping[str, Vendor]
of_each_kind = pytest.mark.parametrize("kind", KINDS)


class Weather(BaseModel):
    town: str
    degrees: int


@pytest_asyncio.fixture(loop_scope="session")
async def behind(visitor: Visitor) -> AsyncGenerator[Behind]:
    async with vendors(visitor) as found:
        yield found


@of_each_kind
async def test_a_chat_is_answered_whole(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        raw = await client.chat.completions.with_raw_response.create(
            model=behind[kind].model,
            messages=[
                {"role": "developer", "content": "Be polite."},
                {"role": "user", "content": f"Hello, and {THOUGHTFUL}."},
            ],
        )
    answer = ChatCompletion.model_validate_json(raw.content, strict=True)

    assert answer.choices[0].message.content == "".join(GREETING)
    assert (answer.choices[0].message.model_extra or {})["reasoning_content"] == THOUGHT
    assert answer.usage is not None
    assert raw.headers["x-request-id"]


@of_each_kind
async def test_a_chat_is_answered_in_pieces(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        stream = await client.chat.completions.create(
            model=behind[kind].model,
            messages=[{"role": "user", "content": "Hello?"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]

    for chunk in chunks:
        ChatCompletionChunk.model_validate(chunk.model_dump(), strict=True)
    text = "".join(choice.delta.content or "" for one in chunks for choice in one.choices)
    assert text == "".join(GREETING)
    assert chunks[-1].usage is not None


@of_each_kind
@pytest.mark.parametrize("stream", [True, False])
async def test_a_tool_is_called_and_its_result_answered(
    kind: str, *, stream: bool, server: Server, visitor: Visitor, behind: Behind
) -> None:
    messages: list[Any] = [{"role": "user", "content": "How is it in Oslo?"}]
    asked: Any = {"model": behind[kind].model, "tools": [TOOL]}
    async with a_loose_client(server, visitor) as client:
        if stream:
            async with client.chat.completions.stream(messages=messages, **asked) as heard:
                message = (await heard.get_final_completion()).choices[0].message
        else:
            told = await client.chat.completions.create(messages=messages, **asked)
            message = told.choices[0].message
        (call,) = message.tool_calls
        assert (call.function.name, call.function.arguments) == ("weather", '{"town":"Oslo"}')
        messages += [
            message.model_dump(exclude_none=True, exclude={"parsed"}),
            {
                "role": "tool",
                "tool_call_id": call.id,
                "content": [{"type": "text", "text": "7 degrees"}],
            },
        ]
        answered = await client.chat.completions.create(messages=messages, **asked)

    assert answered.choices[0].message.content == "It is 7 degrees in Oslo."


@of_each_kind
async def test_a_chat_is_answered_in_the_shape_that_was_asked_for(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        answer = await client.chat.completions.parse(
            model=behind[kind].model,
            messages=[{"role": "user", "content": "How is it in Oslo?"}],
            response_format=Weather,
        )

    assert answer.choices[0].message.parsed == Weather(town="Oslo", degrees=7)


@of_each_kind
async def test_an_overloaded_vendor_is_an_error_of_the_right_kind(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.RateLimitError) as raised:
            await client.chat.completions.create(
                model=behind[kind].model, messages=[{"role": "user", "content": TOO_MANY}]
            )

    assert raised.value.code == "rate_limit_exceeded"


BEYOND: list[tuple[str, dict[str, Any]]] = [
    ("n", {"n": 2}),
    ("seed", {"seed": 7}),
    ("logprobs", {"logprobs": True}),
    ("logit_bias", {"logit_bias": {"50256": -100}}),
    ("audio", {"audio": {"voice": "alloy", "format": "wav"}}),
    ("web_search_options", {"web_search_options": {}}),
    ("tools.custom", {"tools": [{"type": "custom", "custom": {"name": "sh"}}]}),
    (
        "tool_choice.allowed_tools",
        {"tool_choice": {"type": "allowed_tools", "allowed_tools": {}}},
    ),
    (
        "messages.content.input_audio",
        {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
    ),
    (
        "messages.content.file",
        {"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]},
    ),
]


@pytest.mark.parametrize(("what", "asked"), BEYOND)
async def test_what_cannot_be_said_to_another_vendor_is_refused_by_name(
    what: str, asked: dict[str, Any], server: Server, visitor: Visitor, behind: Behind
) -> None:
    question = {"role": "user", "content": "Hello?"}
    body = {"model": behind["anthropic"].model, "messages": [question], **asked}
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            await client.post("/chat/completions", body=body, cast_to=object)

    assert what in raised.value.message


async def test_what_a_model_thought_comes_back_to_one_that_takes_it(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    ollama = behind["ollama"]
    said: Any = {"role": "assistant", "content": "Hi.", "reasoning_content": THOUGHT}
    async with a_client(server, visitor) as client:
        await client.chat.completions.create(
            model=ollama.model,
            messages=[
                {"role": "user", "content": "Hello?"},
                said,
                {"role": "user", "content": "And?"},
            ],
        )

    assert ollama.asked[-1]["messages"][1]["thinking"] == THOUGHT


@pytest.mark.parametrize("stream", [True, False])
async def test_a_sealed_thought_comes_back_to_its_vendor_with_the_whole_message(
    *, stream: bool, server: Server, visitor: Visitor, behind: Behind
) -> None:
    claude = behind["anthropic"]
    messages: list[Any] = [{"role": "user", "content": f"Oslo? {THOUGHTFUL}"}]
    asked: Any = {"model": claude.model, "tools": [TOOL], "reasoning_effort": "low"}
    async with a_loose_client(server, visitor) as client:
        if stream:
            async with client.chat.completions.stream(messages=messages, **asked) as heard:
                message = (await heard.get_final_completion()).choices[0].message
        else:
            told = await client.chat.completions.create(messages=messages, **asked)
            message = told.choices[0].message
        (call,) = message.tool_calls
        said: Any = message.model_dump(exclude_none=True, exclude={"parsed"})
        result: Any = {"role": "tool", "tool_call_id": call.id, "content": "7 degrees"}
        await client.chat.completions.create(messages=[*messages, said, result], **asked)

    thought, used = claude.asked[-1]["messages"][1]["content"]
    assert thought == {"type": "thinking", "thinking": THOUGHT, "signature": "c2lnbmVk"}
    assert used["name"] == "weather"


async def test_a_strict_tool_stays_strict_where_the_format_has_such_a_thing(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async with a_client(server, visitor) as client:
        stream = await client.responses.create(
            model="wordy", input="a strict tool", tools=[WEATHER_FUNCTION], stream=True
        )
        _ = [event async for event in stream]

    (tool,) = (await upstream.call_about("a strict tool")).body["tools"]
    assert tool["function"]["strict"] is True


@of_each_kind
@pytest.mark.parametrize("stream", [True, False])
async def test_prompts_are_asked_as_messages_where_nothing_completes_them(
    kind: str, *, stream: bool, server: Server, visitor: Visitor, behind: Behind
) -> None:
    vendor = behind[kind]
    asked: Any = {"model": vendor.model, "prompt": ["One", "Two"], "max_tokens": 20}
    texts = {0: "", 1: ""}
    async with a_loose_client(server, visitor) as client:
        if stream:
            heard = await client.completions.create(stream=True, **asked)
            async for chunk in heard:
                for choice in chunk.choices:
                    texts[choice.index] += choice.text
        else:
            raw = await client.completions.with_raw_response.create(**asked)
            answer = Completion.model_validate_json(raw.content, strict=True)
            texts = {choice.index: choice.text for choice in answer.choices}
            assert answer.usage is not None
            assert {choice.finish_reason for choice in answer.choices} == {"stop"}

    assert texts == {0: "".join(GREETING), 1: "".join(GREETING)}
    assert len(vendor.asked) == 2


async def test_what_only_completions_can_say_is_refused_by_name(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            await client.completions.create(
                model=behind["ollama"].model, prompt="One", echo=True, suffix="the end"
            )
        with pytest.raises(openai.BadRequestError):
            await client.completions.create(model=behind["ollama"].model, prompt=[1, 2, 3])

    assert "echo" in raised.value.message
    assert "suffix" in raised.value.message


async def test_prompts_pass_to_a_model_that_completes_with_all_that_they_say(
    tmp_path: Path,
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    async def complete(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.json_response({"data": [{"id": "base"}]})
        body = await request.json()
        asked.append((request.path, body))
        choice = {"text": body["prompt"] + " and on", "index": 0, "finish_reason": "length"}
        usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
        told = {"id": "c", "object": "text_completion", "created": 1, "model": "base"}
        logprobs = {"tokens": ["a"], "token_logprobs": [-0.5]}
        whole = {**told, "choices": [{**choice, "logprobs": logprobs}], "usage": usage}
        if not body.get("stream"):
            return web.json_response(whole)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for line in (json.dumps(whole), "[DONE]"):
            await response.write(f"data: {line}\n\n".encode())
        return response

    settings = {
        "ARCANO_INFERENCE__ROUTES": '[{"name":"base","targets":[{"model":"base","completes":true}]}]'
    }
    async with (
        serving(complete) as host,
        a_server(tmp_path / "data", settings=settings, OPENAI_BASE_URL=f"{host}/v1") as server,
        signed_in_visitor(server.url) as visitor,
        a_client(server, visitor) as client,
    ):
        whole = await client.completions.create(
            model="base", prompt=["One", "Two"], logprobs=1, echo=True
        )
        stream = await client.completions.create(
            model="base", prompt=["Three", "Four"], stream=True, logprobs=1
        )
        chunks = [chunk async for chunk in stream]

    assert [choice.text for choice in whole.choices] == ["One and on", "Two and on"]
    assert [choice.index for choice in whole.choices] == [0, 1]
    assert whole.choices[1].logprobs is not None
    assert {choice.index: choice.text for one in chunks for choice in one.choices} == {
        0: "Three and on",
        1: "Four and on",
    }
    assert {path for path, _ in asked} == {"/v1/completions"}
    assert asked[0][1]["echo"] is True


async def test_a_stream_comes_also_from_a_server_that_answers_in_one_piece_only(
    tmp_path: Path,
) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.json_response({"data": [{"id": "small"}]})
        message = {"role": "assistant", "content": "All at once."}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        told = {"id": "c", "object": "chat.completion", "created": 1, "model": "small"}
        return web.json_response({**told, "choices": [choice]})

    async with (
        serving(answer) as host,
        a_server(tmp_path / "data", OPENAI_BASE_URL=f"{host}/v1") as server,
        signed_in_visitor(server.url) as visitor,
        a_client(server, visitor) as client,
    ):
        stream = await client.chat.completions.create(
            model="small", messages=[{"role": "user", "content": "Hello?"}], stream=True
        )
        chunks = [chunk async for chunk in stream]

    said = [choice.delta.content for chunk in chunks for choice in chunk.choices]
    assert "".join(filter(None, said)) == "All at once."
    assert chunks[-1].choices[0].finish_reason == "stop"


async def test_texts_are_embedded_as_numbers_and_in_base64_and_stand_in_the_ledger(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    model = behind["ollama"].model
    async with a_client(server, visitor) as client:
        raw = await client.embeddings.with_raw_response.create(
            model=model, input=["one", "three"], encoding_format="float"
        )
        numbers = CreateEmbeddingResponse.model_validate_json(raw.content, strict=True)
        coded: Any = await client.embeddings.create(
            model=model, input="one", encoding_format="base64"
        )
        usual = await client.embeddings.create(model=model, input="one")

    assert [one.embedding for one in numbers.data] == [[3.0, 0.5, -0.25], [5.0, 0.5, -0.25]]
    assert numbers.usage.prompt_tokens == 6
    assert struct.unpack("<3f", base64.b64decode(coded.data[0].embedding)) == (3.0, 0.5, -0.25)
    assert usual.data[0].embedding == [3.0, 0.5, -0.25]
    with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as ledger:
        rows = ledger.execute(
            "SELECT door, target, input_tokens, output_tokens, outcome, key_id IS NOT NULL FROM ledger "
            "WHERE door = 'openai' AND model = ? ORDER BY began_at DESC LIMIT 3",
            (model,),
        ).fetchall()
    assert rows == [("openai", model, tokens, 0, "finished", 1) for tokens in (3, 3, 6)]


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("Tokens", {"input": [1, 2, 3]}),
        ("Tokens", {"input": [[1, 2], [3]]}),
        ("input", {"input": ""}),
        ("input", {"input": []}),
        ("encoding_format", {"input": "one", "encoding_format": "int8"}),
        ("dimensions", {"input": "one", "dimensions": 0}),
    ],
)
async def test_what_cannot_be_embedded_is_refused_by_name(
    what: str, wrong: dict[str, Any], server: Server, visitor: Visitor, behind: Behind
) -> None:
    body = {"model": behind["ollama"].model, **wrong}
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            await client.post("/embeddings", body=body, cast_to=object)

    assert what in raised.value.message


async def test_a_key_lists_and_finds_what_it_may_ask_and_nothing_else(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    claude, gemini = behind["anthropic"].model, behind["gemini"].model
    async with a_client(server, visitor, models=["claude-*"]) as client:
        names = [model.id async for model in client.models.list()]
        found = await client.models.retrieve(claude)
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve(gemini)
        with pytest.raises(openai.APIStatusError):
            await client.embeddings.create(model="llama3.2", input="one")
        with pytest.raises(openai.APIStatusError):
            await client.completions.create(model="llama3.2", prompt="one")
        with pytest.raises(openai.APIStatusError):
            await client.responses.create(model="llama3.2", input="one")

    assert claude in names
    assert all(name.startswith("claude-") for name in names), names
    assert (found.id, found.object, found.owned_by) == (claude, "model", "The anthropic here")


async def test_a_model_with_a_slash_in_its_name_is_found(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    name = f"somebody/{behind['ollama'].model}"
    async with a_client(server, visitor) as client:
        found = await client.models.retrieve(name)

    assert found.id == name


async def test_nothing_is_moderated_and_that_is_said(server: Server, visitor: Visitor) -> None:
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.NotFoundError) as raised:
            await client.moderations.create(input="Hello?")

    assert "no policy" in raised.value.message

"""The door that speaks OpenAI's Responses API, asked by OpenAI's own client, with other vendors' models behind it.

That an answer is what the API says is judged by the types of OpenAI's client, read strictly: they are generated from the
published description.
"""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import openai
import pytest
import pytest_asyncio
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter
from tests.support.openai_programs import WEATHER_FUNCTION, a_client, a_key, a_loose_client
from tests.support.responses_upstream import WEB_SEARCH, message, response, streamed, wire
from tests.support.server import Server
from tests.support.vendors import (
    GREETING,
    JSON_ANSWER,
    THOUGHT,
    THOUGHTFUL,
    TOO_MANY,
    Vendor,
    vendors,
)
from tests.support.visitor import Visitor
from tests.support.wire_upstream import a_wire_upstream, one_by_one

KINDS = ("anthropic", "gemini", "ollama")
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

Behind = Mapping[str, Vendor]
of_each_kind = pytest.mark.parametrize("kind", KINDS)


class Weather(BaseModel):
    town: str
    degrees: int


@pytest_asyncio.fixture(loop_scope="session")
async def behind(visitor: Visitor) -> AsyncGenerator[Behind]:
    async with vendors(visitor) as found:
        yield found


async def events_of(server: Server, visitor: Visitor, **body: Any) -> list[dict[str, Any]]:
    """The events of a bare request, each as the API has it."""
    headers = {"Authorization": f"Bearer {await a_key(visitor)}"}
    url = f"{server.url}/v1/responses"
    async with visitor.http.post(url, json={**body, "stream": True}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        said = await answer.text()
    lines = [line.removeprefix("data: ") for line in said.splitlines() if line.startswith("data:")]
    event: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
    for line in lines:
        event.validate_json(line, strict=True)
    return [TypeAdapter(dict[str, Any]).validate_json(line) for line in lines]


@of_each_kind
async def test_an_answer_is_a_response_with_one_message(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        raw = await client.responses.with_raw_response.create(
            model=behind[kind].model,
            input="Hello?",
            instructions="Be polite.",
            max_output_tokens=50,
            metadata={"which": "one"},
        )
    response = Response.model_validate_json(raw.content, strict=True)

    assert response.output_text == "".join(GREETING)
    assert (response.status, response.error) == ("completed", None)
    assert (response.instructions, response.metadata) == ("Be polite.", {"which": "one"})
    assert response.usage is not None
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


@of_each_kind
async def test_the_events_of_a_stream_are_numbered_without_a_gap_and_true_to_the_api(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    asked = {"model": behind[kind].model, "input": f"Hello, and {THOUGHTFUL}."}

    events = await events_of(server, visitor, **asked)

    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    kinds = [event["type"] for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    text = "".join(e["delta"] for e in events if e["type"] == "response.output_text.delta")
    assert text == "".join(GREETING)
    reasoning, message = events[-1]["response"]["output"]
    assert reasoning["summary"] == [{"type": "summary_text", "text": THOUGHT}]
    assert "encrypted_content" not in reasoning
    assert message["content"][0]["text"] == text


@of_each_kind
async def test_a_function_is_called_and_its_result_answered_from_what_is_stored(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    model = behind[kind].model
    async with a_client(server, visitor) as client:
        called = await client.responses.create(
            model=model, input="How is it in Oslo?", tools=[WEATHER_FUNCTION]
        )
        (call,) = called.output
        assert call.type == "function_call"
        assert (call.name, call.arguments) == ("weather", '{"town":"Oslo"}')
        answered = await client.responses.create(
            model=model,
            previous_response_id=called.id,
            tools=[WEATHER_FUNCTION],
            input=[
                {"type": "function_call_output", "call_id": call.call_id, "output": "7 degrees"}
            ],
        )

    assert answered.output_text == "It is 7 degrees in Oslo."
    assert answered.previous_response_id == called.id


@of_each_kind
async def test_a_function_is_called_in_a_stream_and_answered_without_anything_stored(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    asked: Any = {"model": behind[kind].model, "tools": [WEATHER_FUNCTION], "store": False}
    question = {"role": "user", "content": "How is it in Oslo?"}

    events = await events_of(server, visitor, input=[question], **asked)
    (call,) = events[-1]["response"]["output"]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "7 degrees"}
    events = await events_of(server, visitor, input=[question, call, result], **asked)

    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "It is 7 degrees in Oslo."


@of_each_kind
async def test_an_answer_has_the_shape_that_was_asked_for(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        response = await client.responses.parse(
            model=behind[kind].model, input="How is it in Oslo?", text_format=Weather
        )

    assert response.output_parsed == Weather(town="Oslo", degrees=7)
    assert response.output_text == JSON_ANSWER


@of_each_kind
async def test_a_provider_that_is_overloaded_is_an_error_of_the_right_kind(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        for stream in (False, True):
            with pytest.raises(openai.RateLimitError):
                await client.responses.create(
                    model=behind[kind].model, input=f"{TOO_MANY}, I think", stream=stream
                )


async def test_an_image_by_value_is_shown_to_the_model(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    claude = behind["anthropic"]
    async with a_client(server, visitor) as client:
        await client.responses.create(
            model=claude.model,
            input=[
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "What is this?"},
                        {"type": "input_image", "image_url": PIXEL, "detail": "auto"},
                    ],
                }
            ],
        )

    _, image = claude.asked[-1]["messages"][0]["content"]
    assert image["source"]["media_type"] == "image/png"


BEYOND: list[tuple[str, dict[str, Any]]] = [
    ("tools.web_search", {"tools": [{"type": "web_search"}]}),
    ("tools.file_search", {"tools": [{"type": "file_search", "vector_store_ids": ["vs_1"]}]}),
    ("truncation", {"truncation": "auto"}),
    ("top_logprobs", {"top_logprobs": 3}),
    ("conversation", {"conversation": "conv_1"}),
    (
        "input.content.input_file",
        {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]},
    ),
    (
        "input.content.image_url",
        {
            "input": [
                {
                    "role": "user",
                    "content": [{"type": "input_image", "image_url": "https://x/y.png"}],
                }
            ]
        },
    ),
]


@pytest.mark.parametrize(("what", "asked"), BEYOND)
@pytest.mark.parametrize("store", [True, False])
async def test_what_cannot_be_said_to_another_vendor_is_refused_by_name(
    what: str,
    asked: dict[str, Any],
    *,
    store: bool,
    server: Server,
    visitor: Visitor,
    behind: Behind,
) -> None:
    body = {"model": behind["anthropic"].model, "input": "Hello?", "store": store, **asked}
    async with a_client(server, visitor) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            await client.post("/responses", body=body, cast_to=object)

    assert what in raised.value.message


async def test_a_sealed_thought_leaves_only_where_it_is_wanted_and_comes_back_to_its_vendor(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    claude = behind["anthropic"]
    question: Any = {"role": "user", "content": f"Hello, and {THOUGHTFUL}."}
    asked: Any = {
        "model": claude.model,
        "store": False,
        "include": ["reasoning.encrypted_content"],
        "reasoning": {"effort": "low"},
    }
    async with a_loose_client(server, visitor) as client:
        first = await client.responses.create(input=[question], **asked)
        said: Any = [item.model_dump(exclude_none=True) for item in first.output]
        more: Any = {"role": "user", "content": "And now?"}
        await client.responses.create(input=[question, *said, more], **asked)

    thought = said[0]["encrypted_content"]
    assert "127.0.0.1" not in thought
    sent = claude.asked[-1]["messages"][1]["content"]
    assert sent[0] == {"type": "thinking", "thinking": THOUGHT, "signature": "c2lnbmVk"}


async def test_a_thought_that_somebody_forged_is_left_out(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    forged: Any = {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [],
        "encrypted_content": "YXJjYW5vLXNlYWwtMTpb",
    }
    claude = behind["anthropic"]
    async with a_client(server, visitor) as client:
        await client.responses.create(
            model=claude.model,
            input=[{"role": "user", "content": "Hi"}, forged, {"role": "user", "content": "Ho"}],
        )

    assert "thinking" not in [b["type"] for m in claude.asked[-1]["messages"] for b in m["content"]]


async def test_what_only_openai_can_say_passes_to_a_target_that_speaks_its_format(
    server: Server, visitor: Visitor
) -> None:
    search = wire(streamed([WEB_SEARCH, message("It is 7 degrees.")]))
    asked: Any = {"input": "How is it?", "tools": [{"type": "web_search"}], "store": False}
    async with a_wire_upstream() as upstream, a_loose_client(server, visitor) as client:
        upstream.stream("/v1/responses", search)
        made = await visitor.post(
            "/api/connections",
            {
                "kind": "openai-responses",
                "name": "Responses",
                "base_url": f"{upstream.host}/v1",
                "key": "sk-responses",
                "models": ["gpt-passed"],
                "private_addresses": True,
            },
        )
        assert made.status == 201, made
        stream = await client.responses.create(model="gpt-passed", stream=True, **asked)
        events = [event async for event in stream]
        upstream.json("/v1/responses", response([WEB_SEARCH, message("It is 7 degrees.")]))
        whole = await client.responses.create(model="gpt-passed", **asked)
        upstream.stream("/v1/responses", *one_by_one(search)[:-1], whole=False)
        cut = await client.responses.create(model="gpt-passed", stream=True, **asked)
        last = [event async for event in cut][-1]
        with pytest.raises(openai.BadRequestError):
            await client.responses.create(model="gpt-passed", **{**asked, "store": True})
        await visitor.delete(f"/api/connections/{made.body['id']}")

    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert any(event.type == "response.output_item.added" for event in events)
    assert [item.type for item in events[-1].response.output] == ["web_search_call", "message"]
    assert whole.output_text == "It is 7 degrees."
    assert last.type == "error"
    sent = upstream.asked[0].body
    assert (sent["tools"], sent["store"]) == ([{"type": "web_search"}], False)

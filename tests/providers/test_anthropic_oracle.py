"""Anthropic's own client as the judge: the same bytes mean the same to it and to us.

It is asked over HTTP, on the loopback, by a server that sends both the same answer.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import aiohttp
import orjson
import pytest
from anthropic import APIStatusError, AsyncAnthropic
from anthropic.types import Message
from anthropic.types.message_create_params import MessageCreateParamsStreaming
from pydantic import TypeAdapter, ValidationError
from tests.support.anthropic_upstream import (
    AnthropicUpstream,
    an_anthropic_upstream,
    begins,
    ends,
    error,
    gives,
    grows,
    message,
    sends,
    sse,
    start,
    stop,
    texts,
)

from arcano.providers import (
    ImagePart,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    Parameters,
    ProviderError,
    ReasoningDelta,
    RefusalDelta,
    RequestMessage,
    Seal,
    TextDelta,
    TextPart,
    ToolCallDelta,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.anthropic import AnthropicModel
from arcano.providers.adapters.anthropic_request import question
from arcano.providers.events import ReasoningSealed, SourceCited
from arcano.providers.request import AnswerSchema, ForcedTool, ReasoningPart

MODEL = "claude-opus-5"
ASKED = ModelRequest(MODEL, (RequestMessage("user", (TextPart("Hi"),)),))
CITATION = {
    "type": "char_location",
    "cited_text": "Owls hoot.",
    "document_index": 0,
    "document_title": "Owls",
    "start_char_index": 0,
    "end_char_index": 10,
}

ANSWERS: dict[str, list[dict[str, Any]]] = {
    "text": [start(), *texts(0, "One ", "🦉 ", "three."), *stop()],
    "thoughts": [
        start(),
        begins(0, type="thinking", thinking="", signature=""),
        grows(0, "thinking_delta", thinking="Hm, "),
        grows(0, "thinking_delta", thinking="hm."),
        grows(0, "signature_delta", signature="c2lnbmVk"),
        ends(0),
        begins(1, type="redacted_thinking", data="ZGF0YQ=="),
        ends(1),
        *texts(2, "Yes."),
        *stop(),
    ],
    "calls in pieces": [
        start(),
        *texts(0, "I look."),
        begins(1, type="tool_use", id="toolu_1", name="look", input={}),
        grows(1, "input_json_delta", partial_json=""),
        grows(1, "input_json_delta", partial_json='{"at": ["Zü'),
        grows(1, "input_json_delta", partial_json='rich", 7.5]}'),
        ends(1),
        begins(2, type="tool_use", id="toolu_2", name="now", input={}),
        ends(2),
        *stop("tool_use"),
    ],
    "a call in its first event": [
        start(),
        begins(0, type="tool_use", id="toolu_1", name="look", input={"at": "Zürich"}),
        ends(0),
        *stop("tool_use"),
    ],
    "the vendor's own tools": [
        start(),
        begins(0, type="server_tool_use", id="srvtoolu_1", name="web_search", input={}),
        grows(0, "input_json_delta", partial_json='{"query": "owls"}'),
        ends(0),
        begins(1, type="web_search_tool_result", tool_use_id="srvtoolu_1", content=[]),
        ends(1),
        *texts(2, "Owls."),
        *stop("pause_turn"),
    ],
    "citations": [
        start(),
        begins(0, type="text", text="", citations=[]),
        grows(0, "text_delta", text="They hoot."),
        grows(0, "citations_delta", citation=CITATION),
        ends(0),
        *stop(),
    ],
    "a refusal": [
        start(),
        *texts(0, "Well"),
        *stop(
            "refusal",
            stop_details={"type": "refusal", "category": "cyber", "explanation": "Harmful."},
        ),
    ],
    "usage told late": [
        start(),
        *texts(0, "Hi"),
        {
            "type": "message_delta",
            "delta": {"stop_reason": "max_tokens", "stop_sequence": None},
            "usage": {
                "input_tokens": 50,
                "cache_read_input_tokens": 7,
                "output_tokens": 90,
                "output_tokens_details": {"thinking_tokens": 60},
            },
        },
        {"type": "message_stop"},
    ],
}
REASONS = {
    "end_turn": "stop",
    "max_tokens": "length",
    "pause_turn": "length",
    "tool_use": "tool-calls",
    "refusal": "content-filter",
}


@pytest.fixture
async def upstream() -> AsyncGenerator[AnthropicUpstream]:
    async with an_anthropic_upstream() as upstream:
        yield upstream


@asynccontextmanager
async def our_model(upstream: AnthropicUpstream) -> AsyncGenerator[AnthropicModel]:
    async with aiohttp.ClientSession() as http:
        yield AnthropicModel(name="Claude", base_url=upstream.base_url, key="sk-ant", http=http)


def their_client(upstream: AnthropicUpstream) -> AsyncAnthropic:
    return AsyncAnthropic(api_key="sk-ant", base_url=upstream.base_url, max_retries=0)


async def our_events(upstream: AnthropicUpstream, *, whole: bool = False) -> list[ModelEvent]:
    request = ModelRequest(MODEL, ASKED.messages, whole=whole)
    async with our_model(upstream) as model, aclosing(model.stream(request)) as events:
        return [event async for event in events]


async def their_message(upstream: AnthropicUpstream) -> Message:
    async with (
        their_client(upstream) as client,
        client.messages.stream(
            model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hi"}]
        ) as stream,
    ):
        return await stream.get_final_message()


def ours(events: list[ModelEvent]) -> dict[str, Any]:
    said: dict[str, Any] = {"text": "", "thought": "", "refused": "", "seals": [], "quotes": []}
    calls: dict[int, list[str]] = {}
    for event in events:
        match event:
            case TextDelta(text):
                said["text"] += text
            case ReasoningDelta(text):
                said["thought"] += text
            case RefusalDelta(text):
                said["refused"] += text
            case ReasoningSealed(Seal(proof=seal)):
                said["seals"].append(seal.removeprefix("redacted:"))
            case SourceCited(_, title, quote):
                said["quotes"].append((title, quote))
            case ToolCallDelta(index, call_id, name, arguments):
                call = calls.setdefault(index, [call_id or "", name or "", ""])
                call[2] += arguments
            case ModelFinished(reason, usage):
                assert usage is not None
                said["reason"] = reason
                said["usage"] = (
                    usage.input_tokens,
                    usage.output_tokens,
                    usage.reasoning_tokens,
                    usage.cached_input_tokens,
                    usage.cache_write_tokens,
                )
            case _:
                pass
    said["calls"] = [(call[0], call[1], orjson.loads(call[2])) for call in calls.values()]
    return said


def theirs(message: Message) -> dict[str, Any]:
    usage, details = message.usage, message.usage.output_tokens_details
    cached, written = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    seals: list[str] = []
    for block in message.content:
        if block.type == "thinking":
            seals.append(block.signature)
        elif block.type == "redacted_thinking":
            seals.append(block.data)
    quotes = [
        (getattr(citation, "document_title", None), citation.cited_text)
        for block in message.content
        if block.type == "text"
        for citation in block.citations or ()
    ]
    return {
        "text": "".join(block.text for block in message.content if block.type == "text"),
        "thought": "".join(b.thinking for b in message.content if b.type == "thinking"),
        "refused": message.stop_details.explanation if message.stop_details else "",
        "seals": seals,
        "quotes": quotes,
        "calls": [(b.id, b.name, b.input) for b in message.content if b.type == "tool_use"],
        "reason": REASONS[message.stop_reason or ""],
        "usage": (
            usage.input_tokens + (cached or 0) + (written or 0),
            usage.output_tokens,
            details.thinking_tokens if details else None,
            cached,
            written,
        ),
    }


@pytest.mark.parametrize("kind", ANSWERS)
async def test_a_stream_means_the_same_to_the_vendors_client_and_to_us(
    upstream: AnthropicUpstream, kind: str
) -> None:
    upstream.then(sends(sse(*ANSWERS[kind])))

    assert ours(await our_events(upstream)) == theirs(await their_message(upstream))


async def test_a_whole_answer_means_the_same_to_the_vendors_client_and_to_us(
    upstream: AnthropicUpstream,
) -> None:
    upstream.then(
        gives(
            message(
                {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
                {"type": "text", "text": "They hoot.", "citations": [CITATION]},
                {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}},
                {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": "Zürich"}},
                stop="tool_use",
            )
        )
    )

    async with their_client(upstream) as client:
        answer = await client.messages.create(
            model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hi"}]
        )

    assert ours(await our_events(upstream, whole=True)) == theirs(answer)


async def test_where_the_vendors_client_raises_in_a_stream_so_do_we(
    upstream: AnthropicUpstream,
) -> None:
    upstream.then(sends(sse(start(), *texts(0, "So"), error("overloaded_error", "Overloaded"))))

    with pytest.raises(APIStatusError, match="Overloaded"):
        await their_message(upstream)
    with pytest.raises(ProviderError, match="Overloaded"):
        await our_events(upstream)


async def test_we_speak_the_version_of_the_api_that_the_vendors_client_speaks(
    upstream: AnthropicUpstream,
) -> None:
    upstream.then(sends(sse(*ANSWERS["text"])))

    await our_events(upstream)
    await their_message(upstream)

    we, they = upstream.asked
    assert we.path == they.path == "/v1/messages"
    assert we.headers["anthropic-version"] == they.headers["anthropic-version"]


def checked(body: dict[str, Any]) -> None:
    """Raises `ValidationError` where the vendor's types say otherwise. They look at lists lazily."""
    types = TypeAdapter(
        MessageCreateParamsStreaming
    )  # to be kept until the last list was looked at

    def walk(value: object) -> None:
        if isinstance(value, dict):
            value = list(cast("dict[str, object]", value).values())
        if isinstance(value, Iterable) and not isinstance(value, str | bytes):
            for part in cast("Iterable[object]", value):
                walk(part)

    walk(types.validate_python(body))


def full_request(model: str) -> ModelRequest:
    def says(role: Any, *parts: Any) -> RequestMessage:
        return RequestMessage(role, parts)

    return ModelRequest(
        model,
        (
            says("system", TextPart("Be brief. " * 2000)),
            says("user", TextPart("Look."), ImagePart("image/png", b"\x89PNG")),
            says(
                "assistant",
                ReasoningPart("Hm.", Seal("anthropic", "c2ln")),
                ReasoningPart("", Seal("anthropic", "redacted:ZA==")),
                ToolCallPart("t1", "look", '{"at": 1}'),
            ),
            says("tool", ToolResultPart("t1", "dark", failed=True)),
            says("user", TextPart("And?")),
        ),
        Parameters(max_tokens=900, stop=("END",), reasoning_effort="low"),
        tools=(ToolDefinition("look", "Looks.", {"properties": {}}),),
        tool_choice=ForcedTool("look"),
        answer_schema=AnswerSchema(
            "a", {"type": "object", "properties": {"b": {"type": "string"}}}
        ),
    )


@pytest.mark.parametrize(
    "model", ["claude-opus-5", "claude-opus-5-5", "claude-sonnet-4-6", "claude-opus-4-5", "kimi"]
)
def test_what_we_ask_is_of_the_types_that_the_vendors_client_has(model: str) -> None:
    checked(question(full_request(model)).body)


def test_those_types_would_say_so_if_it_were_not() -> None:
    body = question(full_request(MODEL)).body
    body["messages"][0]["content"][1]["source"]["type"] = "bits"

    with pytest.raises(ValidationError):
        checked(body)

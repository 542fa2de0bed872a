"""An answer over the wire from Mistral: what Mistral's own client hears, and what we hear.

Errors are as Mistral's servers give them: `{"object": "error", ...}` of the models, `{"detail": [...]}` of the
gate before them (API reference, `HTTPValidationError`).
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from inline_snapshot import snapshot
from mistralai.client import Mistral
from mistralai.client.models import ReferenceChunk, TextChunk, ThinkChunk
from tests.support.heard import Heard, hear_all
from tests.support.mistral_upstream import (
    PATH,
    event,
    reference,
    said,
    streamed,
    text,
    thinking,
    tool_call,
    whole,
)
from tests.support.wire_upstream import WireUpstream, a_wire_upstream

from arcano.providers import (
    CallAccepted,
    ContextTooLongError,
    Embeddings,
    ModelFinished,
    ModelNotFoundError,
    ModelRequest,
    OfferedModel,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    RateLimits,
    ReasoningPart,
    RequestMessage,
    Seal,
    StreamCutError,
    TextPart,
    TokenUsage,
    ToolResultPart,
)
from arcano.providers.adapters.mistral import MistralModel
from arcano.providers.adapters.mistral_request import VENDOR

QUESTION = ModelRequest("m", (RequestMessage("user", (TextPart("Hi"),)),))
WORDS = streamed(said("Grüße, "), said("Welt 🌍"))
CALLS = streamed(
    said("", tool_call("look", '{"city": "Oslo"}', call_id="aaaaaaaa1")),
    said("", tool_call("see", "{}", call_id="aaaaaaaa2", index=1)),
    finish="tool_calls",
)
CHUNKS = streamed(
    said([thinking("First.")]),
    said([thinking(" Then.", signature="sig")]),
    said([text("So."), reference(0)]),
    finish="length",
)


@pytest.fixture
async def upstream() -> AsyncGenerator[WireUpstream]:
    async with a_wire_upstream() as upstream:
        yield upstream


@pytest.fixture
async def model(upstream: WireUpstream) -> AsyncGenerator[MistralModel]:
    async with aiohttp.ClientSession() as http:
        yield MistralModel(name="Mistral", base_url=f"{upstream.host}/v1", key="sk-1", http=http)


class Theirs:
    """What Mistral's client made of the same bytes."""

    def __init__(self) -> None:
        self.text, self.reasoning, self.finish = "", "", ""
        self.seals: list[str] = []
        self.references: list[str] = []
        self.calls: dict[int, tuple[str, str, str]] = {}
        self.usage: Any = None

    def add_content(self, content: Any) -> None:
        if isinstance(content, str):
            self.text += content
            return
        for chunk in content or ():
            match chunk:
                case TextChunk():
                    self.text += chunk.text
                case ThinkChunk():
                    thoughts = [inner for inner in chunk.thinking if isinstance(inner, TextChunk)]
                    self.reasoning += "".join(thought.text for thought in thoughts)
                    self.seals += [chunk.signature] if isinstance(chunk.signature, str) else []
                case ReferenceChunk():
                    self.references += map(str, chunk.reference_ids)
                case _:
                    raise AssertionError(chunk)

    def add_calls(self, calls: Any) -> None:
        for call in calls or ():
            self.calls[call.index] = (call.id, call.function.name, call.function.arguments)


@pytest.mark.parametrize("wire", [WORDS, CALLS, CHUNKS])
async def test_mistrals_own_client_hears_the_same(
    wire: bytes, upstream: WireUpstream, model: MistralModel
) -> None:
    upstream.stream(PATH, wire)
    theirs = Theirs()
    async with Mistral(api_key="sk", server_url=upstream.host) as client:
        stream = await client.chat.stream_async(
            model="m", messages=[{"role": "user", "content": "Hi"}]
        )
        async for chunk in stream:
            choice = chunk.data.choices[0]
            theirs.add_content(choice.delta.content)
            theirs.add_calls(choice.delta.tool_calls)
            theirs.finish = choice.finish_reason or ""
            theirs.usage = chunk.data.usage

    ours = await hear_all(model.stream(QUESTION))

    agree(ours, theirs)


@pytest.mark.parametrize(
    ("message", "finish"),
    [
        (said("Hello"), "stop"),
        (said([thinking("Hm.", signature="sig"), text("So."), reference(0)]), "length"),
        (said("", tool_call("look", "{}")), "tool_calls"),
    ],
)
async def test_a_whole_answer_is_heard_as_mistrals_own_client_does(
    message: dict[str, Any], finish: str, upstream: WireUpstream, model: MistralModel
) -> None:
    upstream.json(PATH, whole(message, finish=finish))
    theirs = Theirs()
    async with Mistral(api_key="sk", server_url=upstream.host) as client:
        answer = await client.chat.complete_async(
            model="m", messages=[{"role": "user", "content": "Hi"}]
        )
    assert answer.choices[0].message is not None
    theirs.add_content(answer.choices[0].message.content)
    theirs.add_calls(answer.choices[0].message.tool_calls)
    theirs.finish, theirs.usage = str(answer.choices[0].finish_reason), answer.usage

    ours = await hear_all(model.stream(replace(QUESTION, whole=True)))

    agree(ours, theirs)


def agree(ours: Heard, theirs: Theirs) -> None:
    assert (ours.text, ours.reasoning, ours.calls) == (theirs.text, theirs.reasoning, theirs.calls)
    assert ours.seals == theirs.seals
    assert [source.title for source in ours.sources] == theirs.references
    usage = TokenUsage(theirs.usage.prompt_tokens, theirs.usage.completion_tokens)
    assert ours.finished is not None
    assert ours.finished.usage == usage
    assert ours.finished.reason == theirs.finish.replace("_", "-")


async def test_what_was_thought_goes_back_as_it_came(
    upstream: WireUpstream, model: MistralModel
) -> None:
    upstream.stream(PATH, CHUNKS)
    heard = await hear_all(model.stream(QUESTION))
    thought = ReasoningPart(heard.reasoning, Seal(VENDOR, heard.seals[0]))
    answer = RequestMessage("assistant", (thought, TextPart(heard.text)))

    await hear_all(model.stream(replace(QUESTION, messages=(*QUESTION.messages, answer))))

    assert upstream.asked[-1].body["messages"][1]["content"] == [
        {**thinking("First. Then.", signature="sig"), "closed": True},
        text("So."),
    ]


async def test_a_continued_answer_does_not_begin_again(
    upstream: WireUpstream, model: MistralModel
) -> None:
    upstream.stream(PATH, streamed(said("The cat "), said("sat on the mat.")))
    cut = (*QUESTION.messages, RequestMessage("assistant", (TextPart("The cat sat"),)))

    heard = await hear_all(model.stream(replace(QUESTION, messages=cut, continues=True)))

    assert heard.text == " on the mat."
    assert upstream.asked[0].body["messages"][-1]["prefix"] is True


async def test_a_reference_is_the_source_that_a_tool_gave(
    upstream: WireUpstream, model: MistralModel
) -> None:
    upstream.stream(PATH, CHUNKS)
    result = ToolResultPart("c1", '{"0": {"url": "https://a.example", "title": "A"}}')
    messages = (*QUESTION.messages, RequestMessage("tool", (result,)))

    heard = await hear_all(model.stream(replace(QUESTION, messages=messages)))

    assert [(source.url, source.title) for source in heard.sources] == [("https://a.example", "A")]


async def test_the_call_is_accepted_before_anything_is_said(
    upstream: WireUpstream, model: MistralModel
) -> None:
    headers = {"mistral-correlation-id": "019b", "x-ratelimit-remaining-req-minute": "7"}
    upstream.stream(PATH, WORDS, headers=headers)

    heard = await hear_all(model.stream(QUESTION))

    assert heard.accepted == CallAccepted("019b", RateLimits(requests_left=7))
    assert heard.finished == ModelFinished("stop", TokenUsage(13, 8))


async def test_an_answer_without_its_end_is_cut_and_what_came_is_kept(
    upstream: WireUpstream, model: MistralModel
) -> None:
    upstream.stream(PATH, event(said("Half")))
    heard = Heard()

    with pytest.raises(StreamCutError):
        await hear_all(model.stream(QUESTION), into=heard)

    assert heard.text == "Half"


def refusal(message: object, kind: str, code: str | None = None) -> dict[str, object]:
    return {"object": "error", "message": message, "type": kind, "param": None, "code": code}


TOO_LONG = "Prompt contains 40007 tokens, too large for model with 32768 maximum context length"
WRONG_FIELD = {"detail": [{"loc": ["body", "n"], "msg": "Extra inputs are not permitted"}]}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, {"detail": "Unauthorized"}, ProviderRefusedKeyError, "Unauthorized"),
        (
            400,
            refusal("Invalid model: x", "invalid_model", "1500"),
            ProviderRejectedRequestError,
            "Invalid model: x",
        ),
        (
            400,
            refusal(TOO_LONG, "invalid_request_error", "3051"),
            ContextTooLongError,
            "too large for model",
        ),
        (
            422,
            WRONG_FIELD,
            ProviderRejectedRequestError,
            "body.n: Extra inputs are not permitted",
        ),
        (
            422,
            refusal(WRONG_FIELD, "invalid_request_error"),
            ProviderRejectedRequestError,
            "body.n: Extra inputs are not permitted",
        ),
        (
            429,
            refusal("Service tier capacity exceeded", "service_tier_capacity_exceeded", "3505"),
            ProviderOverloadedError,
            "Service tier capacity exceeded",
        ),
        (404, {"message": "no Route matched", "request_id": "1"}, ModelNotFoundError, "no Route"),
        (500, refusal("Internal", "internal_server_error", "3700"), ProviderError, "Internal"),
    ],
)
async def test_every_refusal_is_one_of_ours_with_mistrals_words(
    status: int,
    body: dict[str, object],
    kind: type[ProviderError],
    words: str,
    upstream: WireUpstream,
    model: MistralModel,
) -> None:
    upstream.json(PATH, body, status=status)

    with pytest.raises(ProviderError) as refused:
        await hear_all(model.stream(QUESTION))

    assert type(refused.value) is kind
    assert words in refused.value.detail


async def test_models_are_listed_with_window_and_capabilities(
    upstream: WireUpstream, model: MistralModel
) -> None:
    capabilities = {
        "completion_chat": True,
        "function_calling": True,
        "vision": True,
        "reasoning": True,
        "completion_fim": False,
        "fine_tuning": True,
    }
    card = {"id": "m", "object": "model", "owned_by": "mistralai", "type": "base"}
    upstream.json(
        "/v1/models",
        {
            "object": "list",
            "data": [
                {**card, "max_context_length": 131_072, "capabilities": capabilities},
                {**card, "id": "e", "capabilities": {"completion_chat": False}},
            ],
        },
    )

    assert await model.list_models() == [
        OfferedModel(
            "m",
            context_tokens=131_072,
            capabilities=frozenset({"chat", "tools", "images", "reasoning"}),
        ),
        OfferedModel("e"),
    ]


async def test_texts_become_vectors_of_the_wanted_length(
    upstream: WireUpstream, model: MistralModel
) -> None:
    data = [{"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}]
    usage = {"prompt_tokens": 3, "completion_tokens": 0, "total_tokens": 3}
    upstream.json("/v1/embeddings", {"id": "1", "object": "list", "data": data, "usage": usage})

    found = await model.embed("mistral-embed", ("one",), dimensions=2)

    assert found == Embeddings(((0.5, 1.0),), TokenUsage(3, 0))
    assert upstream.asked[0].body == snapshot(
        {
            "model": "mistral-embed",
            "input": ["one"],
            "encoding_format": "float",
            "output_dimension": 2,
        }
    )

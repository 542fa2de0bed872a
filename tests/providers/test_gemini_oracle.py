"""The same bytes, read by Google's own client and by our adapter, mean the same."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import orjson
import pytest
from google import genai
from google.genai import errors, types
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.gemini_upstream import (
    GeminiUpstream,
    a_gemini_upstream,
    chunk,
    error,
    gives,
    said,
    sends,
    sse,
)

from arcano.providers import (
    ModelFinished,
    ModelRequest,
    ProviderError,
    ReasoningDelta,
    RequestMessage,
    TextDelta,
    TextPart,
    ToolCallDelta,
)
from arcano.providers.adapters.gemini import GeminiModel
from arcano.providers.adapters.gemini_request import generate_content_body
from arcano.providers.events import CallAccepted, FinishReason, ReasoningSealed
from arcano.providers.profiles import GENERIC
from arcano.providers.request import (
    AnswerSchema,
    ForcedTool,
    ImagePart,
    Parameters,
    ReasoningPart,
    Seal,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)

# Google's client makes a class of aiohttp's session its own, which aiohttp advises against.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class:DeprecationWarning")

ANSWER = ":streamGenerateContent"
MODEL = "gemini-3-flash"
QUESTION = ModelRequest(MODEL, (RequestMessage("user", (TextPart("Hi"),)),))
"""What both are asked where the question does not matter."""

FINISHES: dict[str, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content-filter",
    "RECITATION": "content-filter",
}

LOOK: dict[str, Any] = {"functionCall": {"name": "look", "args": {"at": "the 🦉", "n": [1, 2]}}}
USAGE = {
    "promptTokenCount": 100,
    "cachedContentTokenCount": 60,
    "toolUsePromptTokenCount": 11,
    "candidatesTokenCount": 20,
    "thoughtsTokenCount": 30,
    "totalTokenCount": 161,
}


@dataclass
class Heard:
    """An answer, as one of the two understood it."""

    text: str = ""
    reasoning: str = ""
    calls: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    seals: list[str] = field(default_factory=list[str])
    finish: str | None = None
    usage: tuple[int | None, ...] = ()
    answer_id: str | None = None


@asynccontextmanager
async def both() -> AsyncGenerator[tuple[GeminiUpstream, GeminiModel, Any]]:
    """A server, our adapter and Google's client, whose types are not complete."""
    async with a_gemini_upstream() as upstream, aiohttp.ClientSession() as http:
        root = upstream.base_url.removesuffix("/v1beta")
        options = types.HttpOptions(base_url=root, api_version="v1beta")
        client: Any = genai.Client(api_key="k", http_options=options)
        try:
            yield (
                upstream,
                GeminiModel(name="Google", base_url=upstream.base_url, key="k", http=http),
                client,
            )
        finally:
            await client.aio.aclose()
            client.close()


def understood_by_google(chunks: list[types.GenerateContentResponse]) -> Heard:
    heard = Heard()
    for response in chunks:
        heard.answer_id = heard.answer_id or response.response_id
        if usage := response.usage_metadata:
            written = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
            read = (usage.prompt_token_count or 0) + (usage.tool_use_prompt_token_count or 0)
            cached = usage.cached_content_token_count
            heard.usage = (read, written, usage.thoughts_token_count, cached)
        for candidate in response.candidates or []:
            for part in (candidate.content and candidate.content.parts) or []:
                _understand(heard, part)
            if candidate.finish_reason:
                heard.finish = FINISHES[candidate.finish_reason.value]
    if heard.finish == "stop" and heard.calls:
        heard.finish = "tool-calls"
    return heard


def _understand(heard: Heard, part: types.Part) -> None:
    if part.function_call:
        heard.calls.append((part.function_call.name or "", part.function_call.args or {}))
    elif part.thought:
        heard.reasoning += part.text or ""
    else:
        heard.text += part.text or ""
    if part.thought_signature:
        # The client keeps bytes; written as JSON they are what came over the wire.
        heard.seals.append(orjson.loads(part.model_dump_json())["thought_signature"])


async def understood_by_us(model: GeminiModel, request: ModelRequest = QUESTION) -> Heard:
    heard = Heard()
    async with aclosing(model.stream(request)) as events:
        async for event in events:
            match event:
                case TextDelta(text):
                    heard.text += text
                case ReasoningDelta(text):
                    heard.reasoning += text
                case ReasoningSealed(Seal(proof=seal)):
                    heard.seals.append(seal)
                case ToolCallDelta():
                    heard.calls.append((event.name or "", orjson.loads(event.arguments)))
                    if event.seal:
                        heard.seals.append(event.seal.proof)
                case ModelFinished(reason, usage):
                    heard.finish = reason
                    assert usage is not None
                    heard.usage = (
                        usage.input_tokens,
                        usage.output_tokens,
                        usage.reasoning_tokens,
                        usage.cached_input_tokens,
                    )
                case CallAccepted(answer_id):
                    heard.answer_id = answer_id
                case _:
                    pytest.fail(f"{event.type} was not said.")
    return heard


async def streamed_to_google(client: Any) -> Heard:
    stream = await client.aio.models.generate_content_stream(model=MODEL, contents="Hi")
    return understood_by_google([response async for response in stream])


THINKING = (
    chunk({"text": "Hm.\n", "thought": True}),
    chunk({"text": "Well, ", "thoughtSignature": "c2lnbmF0dXJl"}),
    said("“owls”\n\nsee 🦉."),
    chunk({"text": "", "thoughtSignature": "bGFzdA=="}, finish="STOP", usage=USAGE),
)
CALLING = (
    said("I look."),
    chunk({**LOOK, "thoughtSignature": "c2ln"}, {"functionCall": {"name": "blink"}}),
    chunk(finish="STOP", usage=USAGE),
)


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param((said("Hi", finish="STOP"),), id="one chunk"),
        pytest.param(THINKING, id="thoughts and seals"),
        pytest.param(CALLING, id="calls"),
        pytest.param((said("Half"), chunk(finish="MAX_TOKENS")), id="too long"),
        pytest.param((said("Ha"), chunk(finish="SAFETY", usage=USAGE)), id="unsafe"),
        pytest.param((chunk(finish="RECITATION"),), id="nothing but a reason"),
    ],
)
async def test_a_stream_means_the_same_to_both(chunks: tuple[object, ...]) -> None:
    async with both() as (upstream, model, client):
        upstream.when_asked(ANSWER, sends(*map(sse, chunks)))

        ours = await understood_by_us(model)
        googles = await streamed_to_google(client)

    assert ours == googles


SAID = st.text(st.characters(codec="utf-8"), min_size=1)
PARTS = st.one_of(
    st.fixed_dictionaries({"text": SAID}),
    st.fixed_dictionaries({"text": SAID, "thought": st.just(value=True)}),
    st.fixed_dictionaries(
        {
            "functionCall": st.fixed_dictionaries(
                {"name": st.text("abc_", min_size=1), "args": st.dictionaries(SAID, SAID)}
            )
        }
    ),
)


@settings(max_examples=20)
@given(parts=st.lists(PARTS, min_size=1), finish=st.sampled_from([*FINISHES]))
async def test_any_parts_mean_the_same_to_both(parts: list[dict[str, Any]], finish: str) -> None:
    async with both() as (upstream, model, client):
        wire = sse(*map(chunk, parts), chunk(finish=finish, usage=USAGE))
        upstream.when_asked(ANSWER, sends(wire))

        assert await understood_by_us(model) == await streamed_to_google(client)


@pytest.mark.parametrize("chunks", [THINKING, CALLING])
async def test_a_whole_answer_means_the_same_to_both(chunks: tuple[dict[str, Any], ...]) -> None:
    parts = [
        part for one in chunks for part in one["candidates"][0].get("content", {}).get("parts", [])
    ]
    async with both() as (upstream, model, client):
        upstream.when_asked(":generateContent", gives(chunk(*parts, finish="STOP", usage=USAGE)))

        ours = await understood_by_us(model, ModelRequest(MODEL, QUESTION.messages, whole=True))
        answer = await client.aio.models.generate_content(model=MODEL, contents="Hi")

    assert ours == understood_by_google([answer])


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "INVALID_ARGUMENT"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
    ],
)
async def test_a_refusal_says_the_same_to_both(status: int, name: str) -> None:
    async with both() as (upstream, model, client):
        upstream.when_asked(ANSWER, gives(error(status, name, "Because."), status))

        with pytest.raises(errors.APIError) as googles:
            await streamed_to_google(client)
        with pytest.raises(ProviderError) as ours:
            await understood_by_us(model)

    assert googles.value.code == status
    assert googles.value.message == "Because."
    assert f"({status})" in ours.value.detail
    assert "Because." in ours.value.detail


async def test_the_list_of_models_is_the_same_to_both() -> None:
    pages = [
        {
            "models": [{"name": "models/a", "inputTokenLimit": 9, "outputTokenLimit": 4}],
            "nextPageToken": "t/2",
        },
        {"models": [{"name": "models/b"}]},
    ]
    async with both() as (upstream, model, client):
        upstream.when_asked("/models", *map(gives, [*pages, *pages]))

        ours = await model.list_models()
        googles = [listed async for listed in await client.aio.models.list()]

    assert [(f"models/{one.name}", one.context_tokens, one.max_output_tokens) for one in ours] == [
        (one.name, one.input_token_limit, one.output_token_limit) for one in googles
    ]


async def test_vectors_and_counts_are_the_same_to_both() -> None:
    async with both() as (upstream, model, client):
        vectors: dict[str, Any] = {"embeddings": [{"values": [0.25, -1.5]}], "usageMetadata": {}}
        upstream.when_asked(":batchEmbedContents", gives(vectors))
        upstream.when_asked(":countTokens", gives({"totalTokens": 31}))

        ours = await model.embed("gemini-embedding-001", ("owl",), dimensions=2)
        config = types.EmbedContentConfig(output_dimensionality=2)
        googles = await client.aio.models.embed_content(
            model="gemini-embedding-001", contents=["owl"], config=config
        )
        our_count = await model.count_tokens(QUESTION)
        their_count = await client.aio.models.count_tokens(model=MODEL, contents="Hi")

    assert googles.embeddings is not None
    assert [list(vector) for vector in ours.vectors] == [one.values for one in googles.embeddings]
    assert our_count == their_count.total_tokens
    asked, theirs = upstream.asked[:2]
    assert asked.path == theirs.path
    assert _without_roles(asked.body) == _without_roles(theirs.body)


def _without_roles(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What is to be embedded. Google's client calls each text a person's, which says nothing of it."""
    requests: list[dict[str, Any]] = body["requests"]
    return [{**one, "content": {"parts": one["content"]["parts"]}} for one in requests]


FULL = ModelRequest(
    MODEL,
    (
        RequestMessage("system", (TextPart("Be brief."),)),
        RequestMessage("user", (TextPart("What is it?"), ImagePart("image/png", b"\x89PNG"))),
        RequestMessage(
            "assistant",
            (
                ReasoningPart("", Seal("gemini", "c2ln")),
                TextPart("I look."),
                ToolCallPart("c1", "look", '{"at":"left"}', seal=Seal("gemini", "c2lnMg==")),
            ),
        ),
        RequestMessage("tool", (ToolResultPart("c1", "a bird", name="look"),)),
    ),
    Parameters(0.5, 0.9, 10, ("END",), 7, "low"),
    tools=(ToolDefinition("look", "Looks.", {"type": "object", "properties": {"at": {}}}),),
    tool_choice=ForcedTool("look"),
    answer_schema=AnswerSchema("bird", {"type": "object", "properties": {"a": {}}}),
)


async def test_a_question_is_written_as_googles_client_writes_it() -> None:
    body = generate_content_body(FULL, GENERIC)
    contents = [types.Content.model_validate(content) for content in body["contents"]]
    config = types.GenerateContentConfig(
        system_instruction=types.Content.model_validate(body["systemInstruction"]),
        temperature=0.5,
        top_p=0.9,
        max_output_tokens=10,
        stop_sequences=["END"],
        seed=7,
        response_mime_type="application/json",
        response_json_schema=body["generationConfig"]["responseJsonSchema"],
        thinking_config=types.ThinkingConfig(
            include_thoughts=True, thinking_level=types.ThinkingLevel.LOW
        ),
        tools=[types.Tool.model_validate(tool) for tool in body["tools"]],
        tool_config=types.ToolConfig.model_validate(body["toolConfig"]),
    )
    async with both() as (upstream, _, client):
        upstream.when_asked(":generateContent", gives(chunk(finish="STOP")))

        await client.aio.models.generate_content(
            model=MODEL,
            contents=contents,
            config=config,
        )

    assert _in_one_spelling(upstream.asked[0].body) == body


def _in_one_spelling(value: Any) -> Any:
    """Google's servers take `mime_type` for `mimeType`, and its client writes now this, now that."""
    if isinstance(value, list):
        return [_in_one_spelling(member) for member in cast("list[Any]", value)]
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {_camel_case(name): _in_one_spelling(field) for name, field in fields.items()}
    return value


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)

"""The door that speaks Google's Gemini API, asked by Google's own client: each target speaks another format."""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from google import genai
from google.genai import errors, types
from pydantic import BaseModel
from tests.support.door_targets import MODELS, PNG, Format, Say, Targets
from tests.support.gemini_upstream import gives

# How Google's client uses aiohttp is its own business.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class:DeprecationWarning")

EVERY_TARGET: tuple[Format, ...] = ("openai", "gemini", "ollama", "anthropic")
each_target = pytest.mark.parametrize("target", EVERY_TARGET)

WEATHER = types.FunctionDeclaration(
    name="weather",
    description="The weather somewhere.",
    parameters=types.Schema(
        type=types.Type.OBJECT, properties={"town": types.Schema(type=types.Type.STRING)}
    ),
)


@asynccontextmanager
async def a_client(
    targets: Targets, *, door: str = "gemini", version: str = "v1beta"
) -> AsyncGenerator[Any]:
    """Google's client with a key for this door."""
    options = types.HttpOptions(base_url=targets.server.url, api_version=version)
    client = genai.Client(api_key=await targets.key(door), http_options=options)
    async with client.aio as asking:
        yield asking


@each_target
@pytest.mark.parametrize("version", ["v1beta", "v1"])
async def test_an_answer_comes_whole(targets: Targets, target: Format, version: str) -> None:
    targets.will(target, Say(("Hello ", "Ada."), length=True))
    async with a_client(targets, version=version) as client:
        answer = await client.models.generate_content(
            model=MODELS[target],
            contents="Who am I?",
            config=types.GenerateContentConfig(
                system_instruction="Be brief.", max_output_tokens=50, stop_sequences=["END"]
            ),
        )

    assert answer.text == "Hello Ada."
    assert answer.candidates[0].finish_reason == "MAX_TOKENS"
    assert answer.usage_metadata.candidates_token_count > 0
    assert "Be brief." in str(targets.asked(target))
    assert "END" in str(targets.asked(target))


@each_target
async def test_an_answer_streams(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Hello ", "Ada."), thought="Hm."))
    config = types.GenerateContentConfig(
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=2000)
    )
    async with a_client(targets) as client:
        chunks = [
            chunk
            async for chunk in await client.models.generate_content_stream(
                model=MODELS[target], contents="Who am I?", config=config
            )
        ]

    parts = [part for chunk in chunks for part in _parts(chunk)]
    assert "".join(part.text or "" for part in parts if not part.thought) == "Hello Ada."
    assert "".join(part.text or "" for part in parts if part.thought) == "Hm."
    assert chunks[-1].candidates[0].finish_reason == "STOP"
    assert chunks[-1].usage_metadata.total_token_count > 0


def _parts(chunk: Any) -> list[Any]:
    content = chunk.candidates[0].content
    return (content and content.parts) or []


@each_target
async def test_a_stream_that_is_no_event_stream_is_one_json_list(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("Hello ", "Ada.")))
    status, body = await _post(
        targets,
        f"models/{MODELS[target]}:streamGenerateContent",
        {"contents": [{"parts": [{"text": "Who am I?"}]}]},
    )

    assert status == 200, body
    texts = [
        part.get("text", "")
        for chunk in orjson.loads(body)
        for part in chunk["candidates"][0].get("content", {}).get("parts", ())
    ]
    assert "".join(texts) == "Hello Ada."


@each_target
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_a_tool_is_called_and_its_result_read(
    targets: Targets, target: Format, *, stream: bool
) -> None:
    call = Say(calls=(("weather", {"town": "Turin"}), ("weather", {"town": "Oslo"})))
    targets.will(target, call, Say(("It ", "rains.")))
    config = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[WEATHER])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
    question = types.Content(role="user", parts=[types.Part(text="Turin and Oslo?")])
    async with a_client(targets) as client:
        how: Any = {"model": MODELS[target], "config": config}
        first = await _content(client, stream=stream, contents=[question], **how)
        results = [
            types.Part(
                function_response=types.FunctionResponse(
                    id=part.function_call.id,
                    name="weather",
                    response={"result": f"Rain in {part.function_call.args['town']}"},
                )
            )
            for part in first.parts
            if part.function_call
        ]
        answered = types.Content(role="user", parts=results)
        second = await _content(client, stream=stream, contents=[question, first, answered], **how)

    towns = [part.function_call.args for part in first.parts if part.function_call]
    assert towns == [{"town": "Turin"}, {"town": "Oslo"}]
    assert "".join(part.text or "" for part in second.parts) == "It rains."
    body = str(targets.asked(target))
    assert body.index("Rain in Turin") < body.index("Rain in Oslo")
    if target == "gemini":
        assert body.count("c2lnbmVk") == 2


async def _content(client: Any, *, stream: bool, **how: Any) -> Any:
    """What the model said, as a program keeps it for the next turn."""
    if not stream:
        return (await client.models.generate_content(**how)).candidates[0].content
    parts: list[Any] = []
    async for chunk in await client.models.generate_content_stream(**how):
        parts += _parts(chunk)
    return types.Content(role="model", parts=parts)


class Town(BaseModel):
    name: str
    inhabitants: int


@each_target
async def test_an_answer_has_the_shape_that_was_asked_for(targets: Targets, target: Format) -> None:
    targets.will(target, Say(('{"name": "Turin", ', '"inhabitants": 850000}')))
    async with a_client(targets) as client:
        answer = await client.models.generate_content(
            model=MODELS[target],
            contents="Turin?",
            config=types.GenerateContentConfig(
                response_mime_type="application/json", response_schema=Town
            ),
        )

    assert answer.parsed == Town(name="Turin", inhabitants=850_000)
    body = str(targets.asked(target))
    assert "inhabitants" in body
    if target != "gemini":
        assert "'integer'" in body


async def test_what_another_vendor_signed_comes_back_to_it_through_the_client(
    targets: Targets,
) -> None:
    call = Say(thought="I look outside.", calls=(("weather", {"town": "Turin"}),))
    targets.will("anthropic", call, Say(("Rain.",)))
    config = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[WEATHER])],
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=2000),
        max_output_tokens=3000,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
    question = types.Content(role="user", parts=[types.Part(text="Turin?")])
    result = types.FunctionResponse(name="weather", response={"result": "Rain"})
    how: Any = {"model": MODELS["anthropic"], "config": config}
    async with a_client(targets) as client:
        first = await _content(client, stream=True, contents=[question], **how)
        answered = types.Content(role="user", parts=[types.Part(function_response=result)])
        await _content(client, stream=True, contents=[question, first, answered], **how)

    (thought,) = [
        block
        for turn in targets.asked("anthropic")["messages"]
        for block in turn["content"]
        if block["type"] == "thinking"
    ]
    assert (thought["thinking"], thought["signature"]) == ("I look outside.", "c2ln")


@each_target
async def test_an_image_is_seen(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("A dot.",)))
    image = types.Part.from_bytes(data=PNG, mime_type="image/png")
    async with a_client(targets) as client:
        await client.models.generate_content(model=MODELS[target], contents=[image, "What is it?"])

    sent = str(targets.asked(target)).replace("-", "+").replace("_", "/")
    assert b64encode(PNG).decode() in sent


async def test_what_only_google_can_be_told_reaches_google_and_is_refused_by_name_elsewhere(
    targets: Targets,
) -> None:
    targets.will("gemini", Say(("Yes.",)))
    config = types.GenerateContentConfig(
        top_k=7,
        safety_settings=[
            types.SafetySetting(
                category=types.HarmCategory.HARM_CATEGORY_HARASSMENT,
                threshold=types.HarmBlockThreshold.BLOCK_NONE,
            )
        ],
    )
    async with a_client(targets) as client:
        await client.models.generate_content(
            model=MODELS["gemini"], contents="Is it?", config=config
        )
        with pytest.raises(errors.ClientError) as raised:
            await client.models.generate_content(
                model=MODELS["openai"], contents="Is it?", config=config
            )

    body = targets.asked("gemini")
    assert body["generationConfig"]["topK"] == 7
    assert body["safetySettings"]
    assert raised.value.code == 400
    assert "generationConfig.topK, safetySettings" in str(raised.value.message)


async def test_what_a_model_does_not_take_is_refused_by_name_before_it_is_asked(
    targets: Targets,
) -> None:
    before = len(targets.anthropic.asked)
    async with a_client(targets) as client:
        with pytest.raises(errors.ClientError) as raised:
            await client.models.generate_content(
                model=MODELS["anthropic"],
                contents="Is it?",
                config=types.GenerateContentConfig(seed=5),
            )

    assert raised.value.code == 400
    assert "seed" in str(raised.value.message)
    assert len(targets.anthropic.asked) == before


async def test_texts_become_vectors(targets: Targets) -> None:
    vectors = {"embeddings": [{"values": [0.6, 0.8]}, {"values": [0.8, 0.6]}]}
    targets.gemini.when_asked(":batchEmbedContents", gives(vectors))
    async with a_client(targets) as client:
        google = await client.models.embed_content(
            model="gemini-embedding-001", contents=["a", "b"]
        )
        ollama = await client.models.embed_content(
            model=MODELS["ollama"],
            contents=["one", "two"],
            config=types.EmbedContentConfig(output_dimensionality=3),
        )

    assert [one.values for one in google.embeddings] == [[0.6, 0.8], [0.8, 0.6]]
    assert [len(one.values) for one in ollama.embeddings] == [3, 3]


@pytest.mark.parametrize("target", ["openai", "gemini"])
async def test_tokens_are_counted(targets: Targets, target: Format) -> None:
    targets.gemini.when_asked(":countTokens", gives({"totalTokens": 41}))
    async with a_client(targets) as client:
        counted = await client.models.count_tokens(model=MODELS[target], contents="How long?")

    assert counted.total_tokens == 41 if target == "gemini" else counted.total_tokens > 0


async def test_models_are_listed_and_shown(targets: Targets) -> None:
    async with a_client(targets) as client:
        listed = [model.name async for model in await client.models.list()]
        shown = await client.models.get(model="wordy")

    assert "models/wordy" in listed
    assert shown.name == "models/wordy"
    assert "generateContent" in shown.supported_actions


@pytest.mark.parametrize(
    ("status", "told", "word"),
    [(429, 429, "RESOURCE_EXHAUSTED"), (400, 400, "INVALID_ARGUMENT"), (500, 502, "INTERNAL")],
)
async def test_a_refusal_before_the_first_word_is_an_error_of_the_right_kind(
    targets: Targets, status: int, told: int, word: str
) -> None:
    targets.will("openai", Say(refuse=status))
    async with a_client(targets) as client:
        with pytest.raises(errors.APIError) as raised:
            await client.models.generate_content(model="wordy", contents="Hello?")

    assert (raised.value.code, raised.value.status) == (told, word)
    if status == 429:
        error: Any = raised.value
        assert "'retryDelay': '7s'" in str(error.details)


@each_target
async def test_an_answer_that_breaks_off_never_looks_like_one_that_ended(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("Once upon a time, ", "in a land far away, "), cut=True))
    heard: list[Any] = []
    hear_one = heard.append

    async def hear(client: Any) -> None:
        async for chunk in await client.models.generate_content_stream(
            model=MODELS[target], contents="A story."
        ):
            hear_one(chunk)

    async with a_client(targets) as client:
        with pytest.raises(errors.APIError):
            await hear(client)

    assert heard
    assert not any(chunk.candidates[0].finish_reason for chunk in heard)


@each_target
async def test_a_list_that_breaks_off_is_no_valid_list(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Once upon a time, ", "in a land far away, "), cut=True))
    status, body = await _post(
        targets,
        f"models/{MODELS[target]}:streamGenerateContent",
        {"contents": [{"parts": [{"text": "A story."}]}]},
    )

    assert status == 200
    assert b'"error"' in body
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(body)


@each_target
async def test_a_caller_who_leaves_ends_the_call_upstream_within_a_second(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("word ",), endless=True))
    key = await targets.key("gemini")
    async with targets.visitor.http.post(
        f"{targets.server.url}/v1beta/models/{MODELS[target]}:streamGenerateContent?alt=sse",
        json={"contents": [{"parts": [{"text": "Go on."}]}]},
        headers={"x-goog-api-key": key},
    ) as response:
        await response.content.readline()
        left = time.monotonic()
        response.close()
    async with asyncio.timeout(5):
        await targets.hung_up(target)

    assert time.monotonic() - left < 1


async def test_a_model_that_is_not_there_is_not_found(targets: Targets) -> None:
    async with a_client(targets) as client:
        with pytest.raises(errors.ClientError) as raised:
            await client.models.generate_content(model="nobody", contents="Hello?")

    assert (raised.value.code, raised.value.status) == (404, "NOT_FOUND")


async def test_a_key_for_another_door_is_forbidden(targets: Targets) -> None:
    async with a_client(targets, door="openai") as client:
        with pytest.raises(errors.ClientError) as raised:
            await client.models.generate_content(model="wordy", contents="Hello?")

    assert (raised.value.code, raised.value.status) == (403, "PERMISSION_DENIED")


async def test_a_key_in_the_address_is_refused_with_the_name_of_the_header(
    targets: Targets,
) -> None:
    key = await targets.key("gemini")
    async with targets.visitor.http.get(
        f"{targets.server.url}/v1beta/models?key={key}"
    ) as response:
        told = orjson.loads(await response.read())["error"]

    assert response.status == 401
    assert "x-goog-api-key" in told["message"]


WRONG: list[tuple[Any, str]] = [
    ({}, "contents"),
    ({"contents": []}, "contents"),
    ({"contents": [{"parts": []}]}, "contents"),
    ({"contents": [{"parts": [{}]}]}, "contents.parts"),
    ({"contents": "hello"}, "contents"),
    ({"contents": [{"role": "robot", "parts": [{"text": "x"}]}]}, "role"),
    ({"contents": [{"parts": [{"text": 5}]}]}, "text"),
    ({"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "%"}}]}]}, "b"),
    ({"contents": [{"parts": [{"functionCall": {"name": "f", "args": []}}]}]}, "args"),
    ({"contents": [{"parts": [{"functionResponse": {"name": "f"}}]}]}, "'f'"),
    (
        {"contents": [{"parts": [{"fileData": {"fileUri": "https://x/y"}}]}]},
        "contents.parts.fileData",
    ),
    (
        {"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"temperature": "hot"}},
        "temperature",
    ),
    (
        {"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"candidateCount": 2}},
        "generationConfig.candidateCount",
    ),
    (
        {"contents": [{"parts": [{"text": "x"}]}], "tools": [{"googleSearch": {}}]},
        "tools.googleSearch",
    ),
    ({"contents": [{"parts": [{"text": "x"}]}], "somethingNew": 1}, "somethingNew"),
    (
        {
            "contents": [
                {"role": "model", "parts": [{"functionCall": {"name": "f"}}]},
                {"parts": [{"functionResponse": {"name": "f", "parts": [{"inlineData": {}}]}}]},
            ]
        },
        "contents.parts.functionResponse.parts",
    ),
    ({"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"seed": 1e30}}, "seed"),
]


@pytest.mark.parametrize(("body", "named"), WRONG)
async def test_what_is_wrong_or_beyond_in_a_request_is_named(
    targets: Targets, body: Any, named: str
) -> None:
    targets.will("openai", Say(("Yes.",)))
    status, answer = await _post(targets, "models/wordy:generateContent", body)

    told = orjson.loads(answer)["error"]
    assert (status, told["code"], told["status"]) == (400, 400, "INVALID_ARGUMENT"), told
    assert named in str(told)


async def test_a_request_that_is_too_deep_is_refused(targets: Targets) -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = {"items": deep}
    body: Any = {"contents": [], "generationConfig": {"responseSchema": deep}}

    status, answer = await _post(targets, "models/wordy:generateContent", body)

    assert status == 400
    assert b"too deep" in answer


async def _post(targets: Targets, path: str, body: Any) -> tuple[int, bytes]:
    key = await targets.key("gemini")
    async with targets.visitor.http.post(
        f"{targets.server.url}/v1beta/{path}", json=body, headers={"x-goog-api-key": key}
    ) as response:
        return response.status, await response.read()

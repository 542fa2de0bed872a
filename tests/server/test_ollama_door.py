"""The door that speaks as an Ollama does, asked by Ollama's own client: each target speaks another format."""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import ollama
import orjson
import pytest
from ollama import AsyncClient
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
async def a_client(targets: Targets, *, door: str = "ollama") -> AsyncGenerator[Any]:
    """Ollama's client with a key for this door."""
    key = await targets.key(door)
    client = AsyncClient(
        host=f"{targets.server.url}/ollama", headers={"Authorization": f"Bearer {key}"}
    )
    try:
        yield client
    finally:
        await client.close()


def asked(question: str, **more: Any) -> Any:
    return [{"role": "user", "content": question, **more}]


@each_target
async def test_an_answer_comes_whole(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Hello ", "Ada."), length=True))
    async with a_client(targets) as client:
        answer = await client.chat(
            model=MODELS[target],
            messages=[{"role": "system", "content": "Be brief."}, *asked("Who am I?")],
            options={"temperature": 0.5, "num_predict": 50, "stop": ["END"], "num_ctx": 2048},
            keep_alive="5m",
        )

    assert answer.message.content == "Hello Ada."
    assert (answer.done, answer.done_reason) == (True, "length")
    assert answer.eval_count
    assert answer.prompt_eval_count
    assert answer.total_duration
    assert "Be brief." in str(targets.asked(target))
    assert "END" in str(targets.asked(target))


@each_target
async def test_an_answer_streams(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("Hello ", "Ada."), thought="Hm."))
    async with a_client(targets) as client:
        stream = await client.chat(
            model=MODELS[target], messages=asked("Who am I?"), stream=True, think=True
        )
        pieces = [piece async for piece in stream]

    assert "".join(piece.message.content or "" for piece in pieces) == "Hello Ada."
    assert "".join(piece.message.thinking or "" for piece in pieces) == "Hm."
    assert [piece.done for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert pieces[-1].done_reason == "stop"
    assert pieces[-1].eval_count


@each_target
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_a_tool_is_called_and_its_result_read(
    targets: Targets, target: Format, *, stream: bool
) -> None:
    call = Say(calls=(("weather", {"town": "Turin"}), ("weather", {"town": "Oslo"})))
    targets.will(target, call, Say(("It ", "rains.")))
    how: Any = {"model": MODELS[target], "tools": [TOOL]}
    async with a_client(targets) as client:
        question = asked("How is the weather in Turin and Oslo?")
        first = await _message(client, stream=stream, messages=question, **how)
        results = [
            {
                "role": "tool",
                "tool_name": called["function"]["name"],
                "content": f"Rain in {called['function']['arguments']['town']}",
            }
            for called in first["tool_calls"]
        ]
        second = await _message(client, stream=stream, messages=[*question, first, *results], **how)

    assert [called["function"]["arguments"] for called in first["tool_calls"]] == [
        {"town": "Turin"},
        {"town": "Oslo"},
    ]
    assert second["content"] == "It rains."
    body = str(targets.asked(target))
    assert body.index("Rain in Turin") < body.index("Rain in Oslo")


async def _message(client: Any, *, stream: bool, **how: Any) -> Any:
    """The message, as a program keeps it for the next turn."""
    if not stream:
        return (await client.chat(**how)).message.model_dump(exclude_none=True)
    content, calls = "", list[Any]()
    async for piece in await client.chat(**how, stream=True):
        content += piece.message.content or ""
        calls += [call.model_dump() for call in piece.message.tool_calls or ()]
    return {"role": "assistant", "content": content, "tool_calls": calls}


class Town(BaseModel):
    name: str
    inhabitants: int


@each_target
async def test_an_answer_has_the_shape_that_was_asked_for(targets: Targets, target: Format) -> None:
    targets.will(target, Say(('{"name": "Turin", ', '"inhabitants": 850000}')))
    async with a_client(targets) as client:
        answer = await client.chat(
            model=MODELS[target], messages=asked("Turin?"), format=Town.model_json_schema()
        )

    assert Town.model_validate_json(answer.message.content or "").inhabitants == 850_000
    assert "inhabitants" in str(targets.asked(target))


@each_target
async def test_a_prompt_is_gone_on_with(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("It ", "is.")))
    async with a_client(targets) as client:
        whole = await client.generate(MODELS[target], "Is it?", system="Be brief.")
        stream = await client.generate(MODELS[target], "Is it?", stream=True)
        pieces = [piece async for piece in stream]

    assert whole.response == "It is."
    assert "".join(piece.response or "" for piece in pieces) == "It is."
    assert pieces[-1].done


@each_target
async def test_an_image_is_seen(targets: Targets, target: Format) -> None:
    targets.will(target, Say(("A dot.",)))
    async with a_client(targets) as client:
        await client.chat(model=MODELS[target], messages=asked("What is it?", images=[PNG]))

    assert b64encode(PNG).decode() in str(targets.asked(target))


async def test_options_that_only_an_ollama_knows_reach_one_and_are_refused_by_name_elsewhere(
    targets: Targets,
) -> None:
    targets.will("ollama", Say(("Yes.",)))
    async with a_client(targets) as client:
        options: Any = {"top_k": 7, "repeat_penalty": 1.1, "num_gpu": 99}
        await client.chat(model=MODELS["ollama"], messages=asked("Is it?"), options=options)
        with pytest.raises(ollama.ResponseError) as raised:
            await client.chat(model=MODELS["gemini"], messages=asked("Is it?"), options=options)

    told = targets.asked("ollama")["options"]
    assert (told["top_k"], told["repeat_penalty"], told.get("num_gpu")) == (7, 1.1, None)
    assert raised.value.status_code == 400
    assert "options.repeat_penalty, options.top_k" in raised.value.error


async def test_a_model_is_listed_and_found_under_the_tag_that_its_name_means(
    targets: Targets,
) -> None:
    targets.will("openai", Say(("Yes.",)))
    targets.will("ollama", Say(("Yes.",)))
    async with a_client(targets) as client:
        listed = [model.model for model in (await client.list()).models]
        shown = await client.show("wordy")
        for name in ("wordy", "wordy:latest", "llama3.2", "llama3.2:latest"):
            answer = await client.chat(model=name, messages=asked("Is it?"))
            assert answer.model == name

    assert "wordy:latest" in listed
    assert "llama3.2:latest" in listed
    assert "completion" in (shown.capabilities or [])


async def test_what_is_loaded_is_told_and_loading_asks_nobody(targets: Targets) -> None:
    before = len(targets.ollama.chats)
    async with a_client(targets) as client:
        running = await client.ps()
        loaded = await client.generate(MODELS["ollama"], "")

    assert running.models == []
    assert loaded.done_reason == "load"
    assert len(targets.ollama.chats) == before


async def test_texts_become_vectors(targets: Targets) -> None:
    vectors = {"embeddings": [{"values": [0.6, 0.8]}, {"values": [0.8, 0.6]}]}
    targets.gemini.when_asked(":batchEmbedContents", gives(vectors))
    async with a_client(targets) as client:
        elsewhere = await client.embed("gemini-embedding-001", ["a", "b"])
        here = await client.embed("llama3.2", "a text", dimensions=3)
        old = await client.embeddings("llama3.2", "a text")

    assert [list(vector) for vector in elsewhere.embeddings] == [[0.6, 0.8], [0.8, 0.6]]
    assert [len(vector) for vector in here.embeddings] == [3]
    assert len(old.embedding) == 4


@pytest.mark.parametrize(("status", "told"), [(429, 429), (400, 400), (500, 502)])
async def test_a_refusal_before_the_first_word_is_an_error_with_its_status(
    targets: Targets, status: int, told: int
) -> None:
    targets.will("openai", Say(refuse=status))
    async with a_client(targets) as client:
        with pytest.raises(ollama.ResponseError) as raised:
            await client.chat(model="wordy", messages=asked("Hello?"))

    assert raised.value.status_code == told


@each_target
async def test_an_answer_that_breaks_off_never_looks_like_one_that_ended(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("Once upon a time, ", "in a land far away, "), cut=True))
    heard: list[Any] = []
    hear_one = heard.append

    async def hear(client: Any) -> None:
        async for piece in await client.chat(
            model=MODELS[target], messages=asked("A story."), stream=True
        ):
            hear_one(piece)

    async with a_client(targets) as client:
        with pytest.raises(ollama.ResponseError):
            await hear(client)

    assert heard
    assert not any(piece.done for piece in heard)


@each_target
async def test_a_caller_who_leaves_ends_the_call_upstream_within_a_second(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("word ",), endless=True))
    async with a_client(targets) as client:
        stream: Any = await client.chat(model=MODELS[target], messages=asked("Go on."), stream=True)
        async for piece in stream:
            if piece.message.content:
                break
        left = time.monotonic()
        await stream.aclose()
    async with asyncio.timeout(5):
        await targets.hung_up(target)

    assert time.monotonic() - left < 1


async def test_a_model_that_is_not_there_is_not_found(targets: Targets) -> None:
    async with a_client(targets) as client:
        with pytest.raises(ollama.ResponseError) as raised:
            await client.chat(model="nobody", messages=asked("Hello?"))

    assert raised.value.status_code == 404


async def test_a_key_for_another_door_opens_nothing_here(targets: Targets) -> None:
    async with a_client(targets, door="openai") as client:
        with pytest.raises(ollama.ResponseError) as raised:
            await client.list()

    assert raised.value.status_code == 403


@pytest.mark.parametrize("path", ["tags", "version", "ps"])
async def test_nothing_is_told_without_a_key(targets: Targets, path: str) -> None:
    async with targets.visitor.http.get(f"{targets.server.url}/ollama/api/{path}") as response:
        body = orjson.loads(await response.read())

    assert response.status == 401
    assert set(body) == {"error"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"messages": []}, "model"),
        ({"model": "wordy", "messages": "hello"}, "messages"),
        ({"model": "wordy", "messages": [{"role": "robot", "content": "x"}]}, "messages.0.role"),
        ({"model": "wordy", "messages": [{"role": "user", "content": 5}]}, "messages.0.content"),
        ({"model": "wordy", "messages": [{"role": "tool", "content": "x"}]}, "`tool`"),
        (
            {"model": "wordy", "messages": [{"role": "user", "content": "", "images": ["%"]}]},
            "base64",
        ),
        (
            {
                "model": "wordy",
                "messages": [{"role": "user", "content": "", "images": ["aGVsbG8="]}],
            },
            "PNG",
        ),
        ({"model": "wordy", "messages": [], "options": {"temperature": "hot"}}, "temperature"),
        ({"model": "wordy", "messages": [], "format": "xml"}, "format"),
        ({"model": "wordy", "messages": [], "logprobs": True}, "logprobs"),
        ({"model": "wordy", "messages": [], "think": "a lot"}, "think"),
        ({"model": "w" * 201, "messages": []}, "model"),
    ],
)
async def test_what_is_wrong_in_a_request_is_named(
    targets: Targets, body: dict[str, Any], named: str
) -> None:
    key = await targets.key("ollama")
    headers = {"Authorization": f"Bearer {key}"}
    async with targets.visitor.http.post(
        f"{targets.server.url}/ollama/api/chat", json=body, headers=headers
    ) as response:
        told = orjson.loads(await response.read())

    assert response.status == 400, told
    assert named in told["error"]


async def test_a_request_that_is_too_deep_is_refused(targets: Targets) -> None:
    key = await targets.key("ollama")
    deep: Any = "x"
    for _ in range(200):
        deep = {"a": deep}
    async with targets.visitor.http.post(
        f"{targets.server.url}/ollama/api/chat",
        json={"model": "wordy", "messages": [], "format": deep},
        headers={"Authorization": f"Bearer {key}"},
    ) as response:
        told = orjson.loads(await response.read())

    assert response.status == 400
    assert "too deep" in told["error"]

"""What Ollama's own client reads from a stream of bytes is what the adapter reads from it."""

import json
from collections.abc import Sequence
from typing import Any

import aiohttp
import ollama
import pytest
from tests.support.ollama_upstream import (
    ChatCall,
    OllamaUpstream,
    OnShelf,
    an_ollama,
    ends,
    line,
    says,
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
from arcano.providers.adapters.ollama import OllamaModel

CALL: dict[str, Any] = {
    "id": "call_1",
    "function": {"name": "look", "arguments": {"at": ["Łódź", 1.5, None]}},
}
OTHER: dict[str, Any] = {"function": {"index": 1, "name": "go", "arguments": {}}}
STREAMS = {
    "text": [says(content="Grüß "), says(content="dich, "), says(content="🦉!"), ends()],
    "thinking": [says(thinking="Hm, "), says(thinking="so."), says(content="42"), ends()],
    "a tool call": [says(content="I look."), says(tool_calls=[CALL]), ends()],
    "two calls at once": [says(tool_calls=[CALL, OTHER]), ends()],
    "two calls one by one": [says(tool_calls=[CALL]), says(tool_calls=[OTHER]), ends()],
    "calls with the end": [ends(tool_calls=[CALL, OTHER], thinking="Both.")],
    "too long": [says(content="and so on"), ends("length")],
    "unknown fields": [says(content="Hi", mood="good") | {"remote_host": "x"}, ends()],
    "nothing": [ends()],
}


class Heard:
    """An answer, put together."""

    def __init__(self) -> None:
        self.text = ""
        self.thinking = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.reason: str | None = None
        self.usage: tuple[int | None, int | None] = (None, None)

    @property
    def everything(self) -> tuple[object, ...]:
        return self.text, self.thinking, self.calls, self.reason, self.usage


def sends(pieces: Sequence[dict[str, Any]]) -> OllamaUpstream:
    upstream = OllamaUpstream()

    async def script(call: ChatCall) -> None:
        await call.send(b"".join(line(piece) for piece in pieces))

    upstream.script = script
    return upstream


async def heard_by_the_adapter(
    base_url: str, http: aiohttp.ClientSession, *, whole: bool = False
) -> Heard:
    model = OllamaModel(name="Ollama", base_url=base_url, key=None, http=http)
    question = RequestMessage("user", (TextPart("Hi"),))
    heard = Heard()
    async for event in model.stream(ModelRequest("llama3.2", (question,), whole=whole)):
        match event:
            case TextDelta(text):
                heard.text += text
            case ReasoningDelta(text):
                heard.thinking += text
            case ToolCallDelta(name=str(name), arguments=arguments):
                heard.calls.append((name, json.loads(arguments)))
            case ModelFinished(reason, usage):
                assert usage is not None
                heard.reason = reason
                heard.usage = (usage.input_tokens, usage.output_tokens)
            case _:
                pass
    return heard


def add(heard: Heard, piece: ollama.ChatResponse) -> None:
    heard.text += piece.message.content or ""
    heard.thinking += piece.message.thinking or ""
    heard.calls += [
        (call.function.name, dict(call.function.arguments))
        for call in piece.message.tool_calls or ()
    ]
    if piece.done:
        # It has no word of its own for an answer that is a call.
        called = heard.calls and piece.done_reason == "stop"
        heard.reason = "tool-calls" if called else piece.done_reason
        heard.usage = (piece.prompt_eval_count, piece.eval_count)


async def heard_by_the_client(base_url: str, *, whole: bool = False) -> Heard:
    heard = Heard()
    client = ollama.AsyncClient(host=base_url, trust_env=False)
    async with client:
        messages = [{"role": "user", "content": "Hi"}]
        if whole:
            add(heard, await client.chat("llama3.2", messages))  # pyright: ignore[reportUnknownMemberType]  # theirs is typed in part
        else:
            pieces = await client.chat("llama3.2", messages, stream=True)  # pyright: ignore[reportUnknownMemberType]  # as above
            async for piece in pieces:
                add(heard, piece)
    return heard


@pytest.mark.parametrize("pieces", [pytest.param(s, id=name) for name, s in STREAMS.items()])
async def test_both_read_the_same_stream_alike(pieces: list[dict[str, Any]]) -> None:
    async with an_ollama() as (upstream, http):
        upstream.script = sends(pieces).script

        ours = await heard_by_the_adapter(upstream.base_url, http)
        theirs = await heard_by_the_client(upstream.base_url)

    assert ours.everything == theirs.everything


@pytest.mark.parametrize("pieces", [pytest.param(s, id=name) for name, s in STREAMS.items()])
async def test_both_read_an_answer_in_one_piece_alike(pieces: list[dict[str, Any]]) -> None:
    async with an_ollama() as (upstream, http):
        upstream.script = sends(pieces[-1:]).script

        ours = await heard_by_the_adapter(upstream.base_url, http, whole=True)
        theirs = await heard_by_the_client(upstream.base_url, whole=True)

    assert ours.everything == theirs.everything


async def test_both_find_the_error_in_the_middle() -> None:
    async with an_ollama() as (upstream, http):
        upstream.script = sends([says(content="So "), {"error": "the runner is gone"}]).script

        with pytest.raises(ProviderError, match="the runner is gone"):
            await heard_by_the_adapter(upstream.base_url, http)
        with pytest.raises(ollama.ResponseError, match="the runner is gone"):
            await heard_by_the_client(upstream.base_url)


async def test_both_see_the_same_list_vectors_and_progress() -> None:
    async with an_ollama() as (upstream, http):
        upstream.models["minilm:latest"] = OnShelf(("embedding",), 512)
        upstream.memory = {"minilm:latest": 512}
        upstream.pull = [line({"status": "success"})]
        model = OllamaModel(name="Ollama", base_url=upstream.base_url, key=None, http=http)

        offered = await model.list_models()
        embedded = await model.embed("minilm", ("four", "a longer one"))
        pulled = [progress.status async for progress in model.pull_model("minilm")]
        client = ollama.AsyncClient(host=upstream.base_url, trust_env=False)
        async with client:
            listed = await client.list()
            running = await client.ps()
            shown = await client.show("llama3.2")
            vectors = await client.embed("minilm", ["four", "a longer one"])
            steps = [step.status async for step in await client.pull("minilm", stream=True)]

    assert [it.name for it in offered] == [it.model for it in listed.models]
    assert [it.size_bytes for it in offered] == [it.size for it in listed.models]
    assert [it.name for it in offered if it.loaded] == [it.model for it in running.models]
    assert shown.modelinfo is not None
    assert offered[0].context_tokens == shown.modelinfo["llama.context_length"]
    assert [list(vector) for vector in embedded.vectors] == vectors.embeddings
    assert pulled == steps

"""Asking an Ollama: what is loaded, what fits, what is said on the way, and what breaks."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from tests.support.ollama_upstream import (
    MODEL,
    ChatCall,
    OllamaUpstream,
    OnShelf,
    an_ollama,
    ends,
    line,
    says,
    serving,
)
from typing_extensions import override

from arcano.providers import (
    CallAccepted,
    ContextTooLongError,
    ForcedTool,
    ModelEvent,
    ModelFinished,
    ModelNotFoundError,
    ModelRequest,
    Parameters,
    PhaseEntered,
    ProviderError,
    ProviderOverloadedError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    RequestMessage,
    StreamCutError,
    TextDelta,
    TextPart,
    TokenUsage,
    ToolDefinition,
)
from arcano.providers.adapters.ollama import KEEP_FOR_EVER, OllamaModel
from arcano.providers.profiles import OLLAMA


class EverythingIsHere(AbstractResolver):
    """Every name is this machine's."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        here = ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [here]

    @override
    async def close(self) -> None: ...


LOADING = PhaseEntered("model-loading")
ACCEPTED = CallAccepted(None)
END = ModelFinished("stop", TokenUsage(26, 282))


@pytest.fixture
async def ollama() -> AsyncGenerator[tuple[OllamaUpstream, aiohttp.ClientSession]]:
    async with an_ollama() as (upstream, http):
        yield upstream, http


@pytest.fixture
def upstream(ollama: tuple[OllamaUpstream, aiohttp.ClientSession]) -> OllamaUpstream:
    return ollama[0]


@pytest.fixture
def model(ollama: tuple[OllamaUpstream, aiohttp.ClientSession]) -> OllamaModel:
    upstream, http = ollama
    return OllamaModel(name="Ollama", base_url=upstream.base_url, key=None, http=http)


def question(text: str = "Hi", *, model: str = "llama3.2", whole: bool = False) -> ModelRequest:
    asked = RequestMessage("user", (TextPart(text),))
    return ModelRequest(model, (asked,), Parameters(max_tokens=500), whole=whole)


async def hear(model: OllamaModel, request: ModelRequest) -> list[ModelEvent]:
    heard: list[ModelEvent] = []
    await hear_into(heard, model, request)
    return heard


async def hear_into(heard: list[ModelEvent], model: OllamaModel, request: ModelRequest) -> None:
    """What comes before an error is heard as well."""
    async with aclosing(model.stream(request)) as events:
        async for event in events:
            heard.append(event)  # noqa: PERF401 - a list made in one piece is lost with the error


def text_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_a_model_that_is_not_in_memory_is_loaded_first_and_one_that_is_answers_at_once(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    first = await hear(model, question())
    second = await hear(model, question())

    assert first[:2] == [LOADING, ACCEPTED]
    assert second[0] == ACCEPTED
    assert text_of(first) == text_of(second) == "An answer."
    assert first[-1] == second[-1] == END
    assert upstream.memory == {MODEL: 4096}


async def test_an_answer_in_one_piece_has_the_same_events(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    events = await hear(model, question(whole=True))

    assert events == [LOADING, ACCEPTED, TextDelta("An answer."), END]
    assert upstream.asked("/api/chat")[0]["stream"] is False


async def test_a_loaded_model_is_not_loaded_anew_while_its_window_is_enough(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.memory = {MODEL: 10_000}

    kept = await hear(model, question())
    outgrown = await hear(model, question("word " * 6000))

    assert kept[0] == ACCEPTED
    assert outgrown[0] == LOADING
    assert [body["options"]["num_ctx"] for body in upstream.asked("/api/chat")] == [10_000, 16_384]


async def test_a_window_that_turns_out_too_small_is_widened_once_before_the_first_word(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    # Two letters a token, as the server counts: more tokens than estimated.
    events = await hear(model, question("x" * 9000))

    assert [body["options"]["num_ctx"] for body in upstream.asked("/api/chat")] == [4096, 16_384]
    assert text_of(events) == "An answer."
    assert events.count(ACCEPTED) == 1


async def test_what_is_longer_than_the_model_can_take_is_an_error_and_never_cut(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models[MODEL] = OnShelf(context_tokens=8192)

    with pytest.raises(ContextTooLongError):
        await hear(model, question("x" * 90_000))

    [body] = upstream.asked("/api/chat")
    assert (body["truncate"], body["shift"]) == (False, False)
    assert body["options"]["num_ctx"] == 8192


async def test_a_limit_of_the_connection_holds(
    ollama: tuple[OllamaUpstream, aiohttp.ClientSession],
) -> None:
    upstream, http = ollama
    narrow = OllamaModel(
        name="Ollama",
        base_url=upstream.base_url,
        key=None,
        http=http,
        profile=replace(OLLAMA, context_tokens=3000),
    )

    await hear(narrow, question())

    assert upstream.asked("/api/chat")[0]["options"]["num_ctx"] == 3000


async def test_a_model_at_ollama_com_is_not_loaded_and_keeps_its_own_window(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models["big:cloud"] = OnShelf(remote_host="https://ollama.com:443")

    events = await hear(model, question(model="big:cloud"))

    assert events[0] == ACCEPTED
    assert "num_ctx" not in upstream.asked("/api/chat")[0]["options"]


async def test_ollama_com_itself_loads_nothing_that_anybody_waits_for(
    upstream: OllamaUpstream,
) -> None:
    port = upstream.base_url.rpartition(":")[2]
    connector = aiohttp.TCPConnector(resolver=EverythingIsHere())
    async with aiohttp.ClientSession(connector=connector) as http:
        hosted = OllamaModel(
            name="Ollama", base_url=f"http://ollama.com:{port}", key="k", http=http
        )

        events = await hear(hosted, question())
        [offered] = await hosted.list_models()

    assert events[0] == ACCEPTED
    assert "num_ctx" not in upstream.asked("/api/chat")[0]["options"]
    assert upstream.asked("/api/ps") == []
    assert offered.loaded is None
    assert offered.capabilities == {"chat", "tools"}


async def test_a_server_that_says_nothing_of_its_models_is_still_asked(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.missing = {"/api/show", "/api/ps"}

    events = await hear(model, question())

    assert events[0] == ACCEPTED
    assert text_of(events) == "An answer."


async def test_what_a_model_is_is_asked_once(upstream: OllamaUpstream, model: OllamaModel) -> None:
    await hear(model, question())
    await hear(model, question(model="LLAMA3.2:latest"))

    assert len(upstream.asked("/api/show")) == 1


async def test_a_model_that_is_not_there_says_how_to_pull_it_and_nothing_is_loaded(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    with pytest.raises(ModelNotFoundError, match="`ollama pull nobody`"):
        await hear(model, question(model="nobody"))

    assert upstream.asked("/api/chat") == []


async def test_a_forced_call_is_refused_before_anything_is_asked(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    tool = ToolDefinition("look", "Looks.", {})
    forced = replace(question(), tools=(tool,), tool_choice=ForcedTool("look"))

    with pytest.raises(ProviderRejectedRequestError):
        await hear(model, forced)

    assert upstream.calls == []


async def test_a_busy_server_says_when_to_try_again(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    async def busy(_call: ChatCall) -> web.Response:
        said = {"error": "server busy, please try again.  maximum pending requests exceeded"}
        return web.json_response(said, status=503, headers={"Retry-After": "7"})

    upstream.script = busy

    with pytest.raises(ProviderOverloadedError) as refusal:
        await hear(model, question())

    assert refusal.value.retry_after == timedelta(seconds=7)


async def test_the_key_goes_along_and_comes_back_to_nobody(
    ollama: tuple[OllamaUpstream, aiohttp.ClientSession],
) -> None:
    upstream, http = ollama
    keyed = OllamaModel(name="Ollama", base_url=upstream.base_url, key="sk-secret", http=http)

    async def quoting(call: ChatCall) -> None:
        await call.say(says(content="So "), {"error": f"odd: {call.headers['Authorization']}"})

    upstream.script = quoting

    with pytest.raises(ProviderError) as failure:
        await hear(keyed, question())

    assert "odd: Bearer [key]" in failure.value.detail


@pytest.mark.parametrize("whole", [False, True])
async def test_an_answer_cut_anywhere_is_cut_and_what_came_is_kept(
    upstream: OllamaUpstream, model: OllamaModel, *, whole: bool
) -> None:
    pieces = [line(says(content="Grüß ")), line(says(content="dich")), line(ends())]
    wire = line(ends(content="Grüß dich")) if whole else b"".join(pieces)
    for place in range(0, len(wire) - 1, 7):

        async def cutting(call: ChatCall, place: int = place) -> None:
            await call.send(wire[:place])
            await call.send(b"")
            await asyncio.sleep(0)
            call.cut()

        upstream.script = cutting
        heard: list[ModelEvent] = []
        with pytest.raises(StreamCutError):
            await hear_into(heard, model, question(whole=whole))

        assert not any(isinstance(event, ModelFinished) for event in heard)
        assert "Grüß dich".startswith(text_of(heard))


@pytest.mark.parametrize("body", [b"", line(says(content="Hi")), line({"done": False})])
async def test_a_body_that_ends_without_the_end_is_cut(
    upstream: OllamaUpstream, model: OllamaModel, body: bytes
) -> None:
    async def stopping(call: ChatCall) -> None:
        await call.send(body)

    upstream.script = stopping

    with pytest.raises(StreamCutError):
        await hear(model, question())


async def test_nobody_at_the_address_is_unreachable() -> None:
    async with aiohttp.ClientSession() as http:
        model = OllamaModel(name="Ollama", base_url="http://127.0.0.1:1", key=None, http=http)

        with pytest.raises(ProviderUnreachableError):
            await hear(model, question())
        with pytest.raises(ProviderUnreachableError):
            await model.list_models()


async def test_closing_early_ends_the_call_at_the_server(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    async def endless(call: ChatCall) -> None:
        await call.say(*[says(content="on and ")] * 10_000, every=0.01)

    upstream.script = endless
    async with aclosing(model.stream(question())) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break

    async with asyncio.timeout(10):
        await upstream.chats[0].hung_up.wait()


async def test_how_long_a_model_stays_is_told_with_every_call(
    ollama: tuple[OllamaUpstream, aiohttp.ClientSession],
) -> None:
    upstream, http = ollama
    keeping = OllamaModel(
        name="Ollama",
        base_url=upstream.base_url,
        key=None,
        http=http,
        keep_alive=KEEP_FOR_EVER,
    )

    await keeping.load_model("llama3.2")
    await hear(keeping, question())
    await keeping.unload_model("llama3.2")

    assert [body["keep_alive"] for body in upstream.asked("/api/chat")] == [-1.0, -1.0, 0]
    assert upstream.memory == {}


async def test_a_model_is_loaded_with_the_window_wanted_and_unloaded_again(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    await model.load_model("llama3.2", context_tokens=32_768)
    loaded = dict(upstream.memory)
    first = await hear(model, question())
    await model.unload_model("llama3.2")

    assert loaded == {MODEL: 32_768}
    assert first[0] == ACCEPTED
    # Ollama loads a model anew for a call that says something else here.
    assert [body["shift"] for body in upstream.asked("/api/chat")[:2]] == [False, False]
    assert upstream.memory == {}


async def test_a_model_that_only_embeds_is_loaded_by_embedding_nothing(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models["minilm:latest"] = OnShelf(("embedding",), 512)

    await model.load_model("minilm")

    assert upstream.asked("/api/embed") == [{"model": "minilm", "input": []}]
    assert upstream.memory == {"minilm:latest": 512}


async def test_texts_become_vectors_in_their_order(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models["minilm:latest"] = OnShelf(("embedding",), 8192)

    found = await model.embed("minilm", ("four", "eight ch"), dimensions=2)

    assert found.vectors == ((0.5, 0.5), (1.0, 1.0))
    assert found.usage == TokenUsage(16, None)
    assert upstream.asked("/api/embed") == [
        {
            "model": "minilm",
            "input": ["four", "eight ch"],
            "truncate": False,
            "options": {"num_ctx": 4096},
            "dimensions": 2,
        }
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"embeddings": None},
        {"embeddings": [[1.0]]},
        {"embeddings": [[1.0], [1.0, 2.0]]},
        {"embeddings": [[1.0], ["x"]]},
        {"embeddings": [1.0, 2.0]},
    ],
)
async def test_vectors_of_another_number_or_shape_are_an_error(answer: object) -> None:
    async def always(_request: web.Request) -> web.Response:
        return web.json_response(answer)

    async with serving(always) as base_url, aiohttp.ClientSession() as http:
        model = OllamaModel(name="Ollama", base_url=base_url, key=None, http=http)

        with pytest.raises(ProviderError, match="not with a vector for each text"):
            await model.embed("minilm", ("one", "two"))


async def test_a_text_too_long_to_embed_is_an_error_and_never_cut(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.models["minilm:latest"] = OnShelf(("embedding",), 512)

    with pytest.raises(ContextTooLongError):
        await model.embed("minilm", ("word " * 1000,))


async def test_the_version_is_what_the_server_says(model: OllamaModel) -> None:
    assert await model.version() == "0.33.0"


async def test_a_deleted_model_is_gone(upstream: OllamaUpstream, model: OllamaModel) -> None:
    await model.delete_model("llama3.2")

    assert upstream.models == {}
    with pytest.raises(ModelNotFoundError):
        await model.delete_model("llama3.2")

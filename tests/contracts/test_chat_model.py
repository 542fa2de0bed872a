"""What every chat model promises, the real ones and the scripted one alike.

One suite for the port `ChatModel`: an OpenAI-compatible server over HTTP, llama.cpp on this machine, and
the fake that feature tests use.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from tests.support.anthropic_upstream import an_anthropic_upstream
from tests.support.gemini_upstream import a_gemini_upstream
from tests.support.local_engine import KnownFile, a_workbench
from tests.support.mistral_upstream import said, streamed
from tests.support.ollama_upstream import MODEL, ChatCall, an_ollama, ends, says
from tests.support.responses_upstream import a_story
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from tests.support.tiny_gguf import write_tiny_gguf
from tests.support.upstream import Call, an_upstream
from tests.support.wire_upstream import a_wire_upstream, one_by_one

from arcano.providers import (
    ChatModel,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    Parameters,
    RequestMessage,
    TextDelta,
    TextPart,
)
from arcano.providers.adapters.anthropic import AnthropicModel
from arcano.providers.adapters.gemini import GeminiModel
from arcano.providers.adapters.mistral import MistralModel
from arcano.providers.adapters.ollama import OllamaModel
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.adapters.responses import OpenAIResponsesModel

LIMIT_TOKENS = 12


@dataclass(frozen=True, slots=True)
class Subject:
    """A model under test. `was_told_to_end` returns once it knows that nobody listens."""

    model: ChatModel
    name: str
    was_told_to_end: Callable[[], Coroutine[None, None, None]]


@asynccontextmanager
async def scripted(_folder: Path) -> AsyncGenerator[Subject]:
    pause = Pause()
    pause.go_on()
    model = ScriptedModel(TextDelta("One "), pause, TextDelta("two."), FINISHED)

    async def ended() -> None:
        while not model.closed:  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0)

    yield Subject(model, "scripted", ended)


@asynccontextmanager
async def openai_compatible(_folder: Path) -> AsyncGenerator[Subject]:
    async def script(call: Call) -> None:
        await call.say(*[f"word {n} " for n in range(LIMIT_TOKENS)], every=0.01)
        await call.finish("length")

    async with an_upstream() as upstream, aiohttp.ClientSession() as http:
        upstream.when_asked("Tell me a story.", script)
        model = OpenAICompatibleModel(
            name="Upstream", base_url=upstream.base_url, key="sk-test", http=http
        )

        async def ended() -> None:
            await upstream.calls[-1].wait_for_hang_up()

        yield Subject(model, "wordy", ended)


@asynccontextmanager
async def gemini(_folder: Path) -> AsyncGenerator[Subject]:
    async with a_gemini_upstream() as upstream, aiohttp.ClientSession() as http:
        model = GeminiModel(name="Upstream", base_url=upstream.base_url, key="k", http=http)

        async def ended() -> None:
            await upstream.asked[-1].hung_up.wait()

        yield Subject(model, "gemini-2.5-flash", ended)


@asynccontextmanager
async def anthropic(_folder: Path) -> AsyncGenerator[Subject]:
    async with an_anthropic_upstream() as upstream, aiohttp.ClientSession() as http:
        model = AnthropicModel(name="Upstream", base_url=upstream.base_url, key="sk-ant", http=http)

        async def ended() -> None:
            await upstream.asked[-1].hung_up.wait()

        yield Subject(model, "claude-haiku-4-5", ended)


@asynccontextmanager
async def ollama(_folder: Path) -> AsyncGenerator[Subject]:
    async def script(call: ChatCall) -> None:
        await call.say(*[says(content=f"word {n} ") for n in range(LIMIT_TOKENS)], every=0.03)
        await call.say(ends("length"))

    async with an_ollama() as (upstream, http):
        upstream.script = script
        model = OllamaModel(name="Upstream", base_url=upstream.base_url, key=None, http=http)

        async def ended() -> None:
            await upstream.chats[-1].hung_up.wait()

        yield Subject(model, MODEL, ended)


@asynccontextmanager
async def responses(_folder: Path) -> AsyncGenerator[Subject]:
    async with a_wire_upstream() as upstream, aiohttp.ClientSession() as http:
        upstream.stream("/v1/responses", *one_by_one(a_story(words=LIMIT_TOKENS)), every=0.03)
        url = f"{upstream.host}/v1"
        model = OpenAIResponsesModel(name="Upstream", base_url=url, key="sk-test", http=http)

        async def ended() -> None:
            await upstream.hung_up.wait()

        yield Subject(model, "gpt-5", ended)


@asynccontextmanager
async def mistral(_folder: Path) -> AsyncGenerator[Subject]:
    words = streamed(*[said(f"word {n} ") for n in range(LIMIT_TOKENS)], finish="length")
    async with a_wire_upstream() as upstream, aiohttp.ClientSession() as http:
        upstream.stream("/v1/chat/completions", *one_by_one(words), every=0.03)
        url = f"{upstream.host}/v1"
        model = MistralModel(name="Upstream", base_url=url, key="sk-test", http=http)

        async def ended() -> None:
            await upstream.hung_up.wait()

        yield Subject(model, "mistral-small", ended)


@asynccontextmanager
async def local(folder: Path) -> AsyncGenerator[Subject]:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", write_tiny_gguf(folder / "tiny.gguf")))

        async def ended() -> None:
            # A freed seat is what the end is for: the next answer gets one at once.
            await hear(bench.model, "tiny")

        yield Subject(bench.model, "tiny", ended)


Kind = Callable[[Path], AbstractAsyncContextManager[Subject]]


@pytest.fixture(
    params=[
        pytest.param(scripted, id="scripted"),
        pytest.param(openai_compatible, id="openai-compatible"),
        pytest.param(gemini, id="gemini"),
        pytest.param(anthropic, id="anthropic"),
        pytest.param(ollama, id="ollama"),
        pytest.param(responses, id="openai-responses"),
        pytest.param(mistral, id="mistral"),
        pytest.param(local, id="llama.cpp", marks=pytest.mark.local_engine),
    ]
)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Subject]:
    kind: Kind = request.param
    async with kind(tmp_path) as subject:
        yield subject


def story(model: str) -> ModelRequest:
    question = RequestMessage("user", (TextPart("Tell me a story."),))
    return ModelRequest(model, (question,), Parameters(max_tokens=LIMIT_TOKENS))


async def hear(model: ChatModel, name: str) -> list[ModelEvent]:
    async with aclosing(model.stream(story(name))) as events:
        return [event async for event in events]


async def test_the_last_event_and_only_the_last_says_finished(subject: Subject) -> None:
    events = await hear(subject.model, subject.name)

    assert [isinstance(event, ModelFinished) for event in events[:-1]] == [False] * len(events[:-1])
    finished = events[-1]
    assert isinstance(finished, ModelFinished)
    assert finished.usage is not None
    assert finished.usage.output_tokens


async def test_text_comes_in_pieces_that_are_never_empty(subject: Subject) -> None:
    events = await hear(subject.model, subject.name)

    pieces = [event.text for event in events if isinstance(event, TextDelta)]
    assert pieces
    assert all(pieces)


async def test_several_can_be_answered_at_once(subject: Subject) -> None:
    answers = await asyncio.gather(*(hear(subject.model, subject.name) for _ in range(4)))

    assert all(isinstance(events[-1], ModelFinished) for events in answers)


async def test_closing_early_ends_the_call_at_the_provider(subject: Subject) -> None:
    async with aclosing(subject.model.stream(story(subject.name))) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break

    async with asyncio.timeout(1 if subject.name != "tiny" else 10):
        await subject.was_told_to_end()


async def test_cancelling_the_listener_ends_the_call_at_the_provider(subject: Subject) -> None:
    listening = asyncio.Event()

    async def listen() -> None:
        async with aclosing(subject.model.stream(story(subject.name))) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    listening.set()
                    await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        listener = tasks.create_task(listen())
        await listening.wait()
        listener.cancel()

    async with asyncio.timeout(10):
        await subject.was_told_to_end()

"""What every completion model promises, the real ones and the scripted one alike.

One suite for the port `CompletionModel`: the adapter before a server over HTTP and before a real llama.cpp, and the fake
that tests of gathering use. How the wire format looks in detail is tested beside its adapter.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from tests.support.completion_bench import ScriptedCompletions, written_after
from tests.support.local_engine import KnownFile, a_question, a_workbench, all_events
from tests.support.tiny_gguf import write_tiny_gguf

from arcano.providers import Completion, CompletionModel, Parameters
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel

PROMPTS = ("Once upon a time", "The end of the", "\N{SNOWMAN} für später")
LIMIT_TOKENS = 4
SHORT = Parameters(temperature=0.0, max_tokens=LIMIT_TOKENS)


@dataclass(frozen=True, slots=True)
class Subject:
    """A model under test. `running` counts its calls that have not ended."""

    model: CompletionModel
    name: str
    running: Callable[[], int]


@asynccontextmanager
async def scripted(_folder: Path) -> AsyncGenerator[Subject]:
    model = ScriptedCompletions(seconds=0.05)
    yield Subject(model, "scripted", lambda: model.running)


@asynccontextmanager
async def openai_compatible(_folder: Path) -> AsyncGenerator[Subject]:
    running = 0

    async def complete(request: web.Request) -> web.Response:
        nonlocal running
        body = await request.json()
        running += 1
        try:
            await asyncio.sleep(0.05)
        finally:
            running -= 1
        choices = [
            {
                "index": place,
                "text": written_after(prompt)[: body["max_tokens"]],
                "finish_reason": "length",
            }
            for place, prompt in enumerate(body["prompt"])
        ]
        usage = {"prompt_tokens": 9, "completion_tokens": 12}
        # The order is the server's own affair.
        return web.json_response({"choices": choices[::-1], "usage": usage})

    application = web.Application()
    application.router.add_post("/v1/completions", complete)
    runner = web.AppRunner(application, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    async with aiohttp.ClientSession() as http:
        model = OpenAICompatibleModel(name="Upstream", base_url=url, key="sk", http=http)
        yield Subject(model, "base", lambda: running)
    await runner.cleanup()


@asynccontextmanager
async def llama_cpp(folder: Path) -> AsyncGenerator[Subject]:
    """The server of llama.cpp that the local engine runs, asked as anybody's would be."""
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", write_tiny_gguf(folder / "tiny.gguf")))
        await all_events(bench.model, a_question(tokens=1))
        server = bench.engine.speaker_of("tiny")
        assert server is not None
        yield Subject(server, "tiny", lambda: 0)


Kind = Callable[[Path], AbstractAsyncContextManager[Subject]]


@pytest.fixture(
    params=[
        pytest.param(scripted, id="scripted"),
        pytest.param(openai_compatible, id="openai-compatible"),
        pytest.param(llama_cpp, id="llama.cpp", marks=pytest.mark.local_engine),
    ]
)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Subject]:
    kind: Kind = request.param
    async with kind(tmp_path) as subject:
        yield subject


async def texts_of(subject: Subject, *prompts: str) -> list[str]:
    completions = await subject.model.complete(subject.name, prompts, SHORT)
    assert len(completions.outcomes) == len(prompts)
    return [one.text for one in completions.outcomes if isinstance(one, Completion)]


async def test_each_prompt_has_its_own_outcome_wherever_it_stands(subject: Subject) -> None:
    together = await texts_of(subject, *PROMPTS)
    turned = await texts_of(subject, *PROMPTS[::-1])
    alone = [(await texts_of(subject, prompt))[0] for prompt in PROMPTS]

    assert together == turned[::-1] == alone
    assert len(set(together)) == len(PROMPTS)


async def test_a_text_that_was_cut_at_its_limit_says_so(subject: Subject) -> None:
    completions = await subject.model.complete(subject.name, PROMPTS, SHORT)

    reasons = [one.reason for one in completions.outcomes if isinstance(one, Completion)]
    assert reasons == ["length"] * len(PROMPTS)


async def test_what_was_used_is_told_for_all_together_or_for_each_but_never_twice(
    subject: Subject,
) -> None:
    one = await subject.model.complete(subject.name, PROMPTS[:1], SHORT)
    several = await subject.model.complete(subject.name, PROMPTS, SHORT)

    own = [outcome.usage for outcome in several.outcomes if isinstance(outcome, Completion)]
    assert one.usage is not None
    assert one.usage.output_tokens
    assert several.usage is None or not any(own)


async def test_cancelling_ends_the_call_at_the_server(subject: Subject) -> None:
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(subject.model.complete(subject.name, PROMPTS, SHORT))
        await asyncio.sleep(0.02)
        call.cancel()

    async with asyncio.timeout(5):
        while subject.running():  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)


async def test_a_completion_model_is_known_by_its_port(subject: Subject) -> None:
    assert isinstance(subject.model, CompletionModel)

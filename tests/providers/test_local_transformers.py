"""Answers of a model in safetensors: the real transformers with a tiny random model, where they are installed."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.local_engine import (
    KnownFile,
    Workbench,
    a_question,
    a_workbench,
    all_events,
    failure_of,
    finish_of,
    is_running,
    pid_of,
    text_of,
    until,
)
from tests.support.tiny_safetensors import TEMPLATE, write_tiny_safetensors

from arcano.providers.errors import (
    ContextTooLongError,
    ModelFileError,
    ProviderRejectedRequestError,
)
from arcano.providers.events import PhaseEntered, TextDelta
from arcano.providers.request import ModelRequest, RequestMessage, TextPart, ToolDefinition

pytestmark = pytest.mark.transformers

LOADS_WITHIN = timedelta(seconds=60)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_safetensors(tmp_path_factory.mktemp("models") / "tiny")


@asynccontextmanager
async def a_bench(folder: Path, **settings: Any) -> AsyncGenerator[Workbench]:
    async with a_workbench(**settings) as bench:
        bench.files.add(KnownFile("tiny", folder, context_tokens=512))
        yield bench


async def test_a_model_in_safetensors_loads_streams_counts_and_says_the_same_again(
    tiny_folder: Path,
) -> None:
    question = a_question(tokens=20)
    async with a_bench(tiny_folder) as bench:
        events = await all_events(bench.model, question)
        again = await all_events(bench.model, question)
        whole = await all_events(bench.model, replace(question, whole=True))
        counted = await bench.model.count_tokens(question)

    usage = finish_of(events).usage
    assert events[0] == PhaseEntered("model-loading")
    assert usage is not None
    assert (usage.output_tokens, finish_of(events).reason) == (20, "length")
    assert usage.input_tokens == counted
    assert text_of(again) == text_of(whole) == text_of(events)
    assert len(text_of(events)) == 20
    assert sum(isinstance(event, TextDelta) for event in events) > 10


async def test_a_stop_word_ends_the_answer_and_is_not_part_of_it(tiny_folder: Path) -> None:
    question = a_question(tokens=20)
    async with a_bench(tiny_folder) as bench:
        said = text_of(await all_events(bench.model, question))
        stop = said[5:8]
        cut = replace(question, parameters=replace(question.parameters, stop=(stop,)))

        events = await all_events(bench.model, cut)

    assert text_of(events) == said[: said.index(stop)]
    assert finish_of(events).reason == "stop"


async def test_stopping_ends_the_work_within_a_step_so_that_the_next_is_answered(
    tmp_path: Path,
) -> None:
    folder = await asyncio.to_thread(write_tiny_safetensors, tmp_path / "slow", width=1024)
    clock = asyncio.get_running_loop()
    async with a_bench(folder) as bench:
        began = clock.time()
        await all_events(bench.model, a_question(tokens=1))
        began = clock.time()
        await all_events(bench.model, a_question(tokens=400))
        whole = clock.time() - began
        async with aclosing(bench.model.stream(a_question(tokens=400))) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break

        began = clock.time()
        await all_events(bench.model, a_question(tokens=1))
        took = clock.time() - began

    assert took < whole / 2


async def test_an_answer_is_continued_where_it_was(tiny_folder: Path) -> None:
    question = RequestMessage("user", (TextPart("Tell me."),))
    begun = RequestMessage("assistant", (TextPart("abcd"),))
    async with a_bench(tiny_folder) as bench:
        await all_events(bench.model, a_question(tokens=1))

        fresh = await bench.model.count_tokens(ModelRequest("tiny", (question,)))
        more = await bench.model.count_tokens(
            ModelRequest("tiny", (question, begun), continues=True)
        )

    assert more == fresh + len("abcd")


async def test_what_it_cannot_do_is_refused_and_it_goes_on(tiny_folder: Path) -> None:
    tool = ToolDefinition("weather", "Outside.", {"type": "object", "properties": {}})
    async with a_bench(tiny_folder) as bench:
        with pytest.raises(ContextTooLongError):
            await all_events(bench.model, a_question(text="x" * 600))
        with pytest.raises(ProviderRejectedRequestError, match="neither tools nor schemas"):
            await all_events(bench.model, replace(a_question(), tools=(tool,)))

        assert text_of(await all_events(bench.model, a_question(tokens=3)))


async def test_a_killed_process_fails_its_answer_with_try_again_and_comes_back(
    tmp_path: Path,
) -> None:
    folder = await asyncio.to_thread(write_tiny_safetensors, tmp_path / "slow", width=1024)
    async with a_bench(folder) as bench:
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(failure_of(bench, a_question(tokens=400)))
            await until(lambda: bench.engine.is_loaded("tiny"), within=LOADS_WITHIN)
            pid = pid_of(bench, "tiny")
            os.kill(pid, signal.SIGKILL)
        next_answer = await all_events(bench.model, a_question(tokens=3))

    assert answer.result().retryable
    assert not is_running(pid)
    assert len(text_of(next_answer)) == 3


async def test_who_asks_while_it_writes_waits_in_the_line(tiny_folder: Path) -> None:
    async with a_bench(tiny_folder) as bench:
        await all_events(bench.model, a_question(tokens=1))

        first, second = await asyncio.gather(
            *(all_events(bench.model, a_question(tokens=30)) for _ in range(2))
        )

    assert not any(isinstance(event, PhaseEntered) for event in first)
    assert PhaseEntered("waiting", position=1) in second


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("weights", "damaged or not complete"),
        ("architecture", "does not know models of the kind of tiny"),
        ("template", "has no chat template"),
    ],
)
async def test_a_folder_that_cannot_be_loaded_says_why(
    tmp_path: Path, spoil: str, said: str
) -> None:
    folder = await asyncio.to_thread(
        write_tiny_safetensors,
        tmp_path / "tiny",
        template=None if spoil == "template" else TEMPLATE,
    )
    if spoil == "weights":
        os.truncate(folder / "model.safetensors", 5000)
    if spoil == "architecture":
        config = '{"model_type": "martian", "architectures": ["Martian"]}'
        await asyncio.to_thread((folder / "config.json").write_text, config)
    async with a_bench(folder) as bench:
        with pytest.raises(ModelFileError, match=said):
            await all_events(bench.model, a_question())

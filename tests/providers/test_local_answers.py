"""Answers of a model on this machine: the real llama.cpp with a tiny random model."""

import asyncio
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.load.machine import cpu_seconds
from tests.support.local_engine import (
    KnownFile,
    KnownFiles,
    a_question,
    a_workbench,
    all_events,
    finish_of,
    pid_of,
    text_of,
)
from tests.support.tiny_gguf import SMALL, write_tiny_gguf

from arcano.providers.errors import ContextTooLongError, LocalEngineError, ModelNotFoundError
from arcano.providers.events import PhaseEntered, TextDelta
from arcano.providers.local import LocalEngine, LocalModel, LocalSettings
from arcano.providers.local.host import HOW_TO_GET_THE_ENGINE
from arcano.providers.request import ModelRequest, Parameters, RequestMessage, TextPart

pytestmark = pytest.mark.local_engine


async def test_the_first_answer_says_that_the_model_is_loading_and_then_streams(
    tiny_gguf: Path,
) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        events = await all_events(bench.model, a_question(tokens=24))

    assert events[0] == PhaseEntered("model-loading")
    assert len(text_of(events).split()) == 24
    assert finish_of(events).reason == "length"
    usage = finish_of(events).usage
    assert usage is not None
    assert usage.output_tokens == 24


async def test_the_second_answer_begins_at_once_and_is_the_same(tiny_gguf: Path) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        first = await all_events(bench.model, a_question())

        second = await all_events(bench.model, a_question())

    assert not any(isinstance(event, PhaseEntered) for event in second)
    assert text_of(second) == text_of(first)


async def test_four_answers_are_written_at_the_same_time(slow_gguf: Path) -> None:
    async with a_workbench(parallel=4) as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        order: list[int] = []

        async def ask(number: int) -> int:
            request = a_question("slow", f"Question {number}", tokens=40)
            async with aclosing(bench.model.stream(request)) as events:
                words = 0
                async for event in events:
                    if isinstance(event, TextDelta):
                        order.append(number)
                        words += len(event.text.split())
            return words

        words = await asyncio.gather(*(ask(number) for number in range(4)))

    assert words == [40, 40, 40, 40]
    # Nobody's last word came before everybody's first.
    assert max(order.index(number) for number in range(4)) < min(
        len(order) - 1 - order[::-1].index(number) for number in range(4)
    )


async def test_who_finds_every_seat_taken_is_told_his_place_in_the_line(slow_gguf: Path) -> None:
    async with a_workbench(parallel=1) as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        await all_events(bench.model, a_question("slow", tokens=1))

        answers = await asyncio.gather(
            *(all_events(bench.model, a_question("slow", tokens=20)) for _ in range(3))
        )

    waits = [[event for event in answer if isinstance(event, PhaseEntered)] for answer in answers]
    assert waits == [
        [],
        [PhaseEntered("waiting", position=1)],
        [PhaseEntered("waiting", position=2), PhaseEntered("waiting", position=1)],
    ]
    assert [len(text_of(answer).split()) for answer in answers] == [20, 20, 20]


async def test_stopping_an_answer_frees_its_seat_at_once(slow_gguf: Path) -> None:
    async with a_workbench(parallel=1) as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        async with aclosing(bench.model.stream(a_question("slow", tokens=None))) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break

        # Less than a second on an idle machine. To its end the stopped answer would take seven.
        async with asyncio.timeout(3):
            answer = await all_events(bench.model, a_question("slow", tokens=2))

    assert finish_of(answer).reason == "length"


async def test_stopping_while_a_long_question_is_read_frees_the_seat_too(tmp_path: Path) -> None:
    shape = replace(SMALL, context_tokens=16_384)
    async with a_workbench(parallel=1, context_tokens=16_384) as bench:
        bench.files.add(
            KnownFile(
                "slow", write_tiny_gguf(tmp_path / "slow.gguf", shape=shape), context_tokens=16_384
            )
        )
        await all_events(bench.model, a_question("slow", tokens=1))
        # The engine's own time: what a busy machine makes of it is another matter.
        engine = pid_of(bench, "slow")
        began = cpu_seconds(engine)
        await all_events(bench.model, a_question("slow", "y" * 1000, tokens=1))
        a_twelfth = cpu_seconds(engine) - began
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(
                all_events(bench.model, a_question("slow", "x" * 12_000, tokens=1))
            )
            await asyncio.sleep(a_twelfth / 2)

            reading.cancel()
        began = cpu_seconds(engine)
        await all_events(bench.model, a_question("slow", tokens=1))
        after_stopping = cpu_seconds(engine) - began

    assert reading.cancelled()
    # llama.cpp looks once a second whether somebody still listens. Read to its end, it would be eleven twelfths and more.
    assert after_stopping < 6 * a_twelfth


async def test_a_continued_answer_goes_on_in_the_same_turn_of_the_assistant(
    tiny_gguf: Path,
) -> None:
    question = RequestMessage("user", (TextPart("Tell me."),))
    begun = RequestMessage("assistant", (TextPart("abcd"),))
    limits = Parameters(temperature=0.0, max_tokens=4)
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        fresh = await all_events(bench.model, ModelRequest("tiny", (question,), limits))
        more = await all_events(
            bench.model, ModelRequest("tiny", (question, begun), limits, continues=True)
        )

    asked, went_on = finish_of(fresh).usage, finish_of(more).usage
    assert asked is not None
    assert asked.input_tokens is not None
    assert went_on is not None
    # The model read the four letters more and nothing else: no end of turn, no new beginning.
    assert went_on.input_tokens == asked.input_tokens + len("abcd")
    assert "abcd" not in text_of(more)


async def test_an_answer_ends_where_its_context_is_full(tiny_gguf: Path) -> None:
    async with a_workbench(context_tokens=512) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        events = await all_events(bench.model, a_question(tokens=None))

    assert finish_of(events).reason == "length"


async def test_a_question_longer_than_the_context_is_refused(tiny_gguf: Path) -> None:
    async with a_workbench(context_tokens=512) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        with pytest.raises(ContextTooLongError):
            await all_events(bench.model, a_question(text="x" * 12_000))


async def test_a_model_that_is_not_there_is_not_found() -> None:
    async with a_workbench() as bench:
        with pytest.raises(ModelNotFoundError, match="'ghost'"):
            await all_events(bench.model, a_question("ghost"))


async def test_a_switched_off_engine_says_so(tiny_gguf: Path) -> None:
    files = KnownFiles()
    files.add(KnownFile("tiny", tiny_gguf))
    async with LocalEngine(settings=LocalSettings(enabled=False)) as engine:
        with pytest.raises(LocalEngineError, match="switched off"):
            await all_events(LocalModel(engine=engine, files=files), a_question())


async def test_without_llama_cpp_everybody_is_told_how_to_get_it(tiny_gguf: Path) -> None:
    files = KnownFiles()
    files.add(KnownFile("tiny", tiny_gguf))
    async with LocalEngine(
        settings=LocalSettings(), missing=lambda: HOW_TO_GET_THE_ENGINE
    ) as engine:
        with pytest.raises(LocalEngineError, match=r"make local-engine.*'arcano\[local\]'"):
            await all_events(LocalModel(engine=engine, files=files), a_question())

        assert engine.problem == HOW_TO_GET_THE_ENGINE


async def test_the_server_itself_never_loads_llama_cpp() -> None:
    looks = "import sys, arcano.entrypoints.wiring; print('xllamacpp' in sys.modules)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", looks, stdout=asyncio.subprocess.PIPE
    )

    output, _ = await process.communicate()

    assert output == b"False\n"

"""How long a loaded model lives: crashes, idleness, room for another, and the end of the server."""

import asyncio
import os
import signal
import sys
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.support.local_engine import (
    KnownFile,
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

from arcano.providers.events import PhaseEntered

pytestmark = pytest.mark.local_engine


async def test_a_killed_engine_fails_its_answer_with_try_again_and_the_next_answer_works(
    slow_gguf: Path,
) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(failure_of(bench, a_question("slow", tokens=None)))
            await until(lambda: bench.engine.is_loaded("slow"))
            await asyncio.sleep(0.1)

            os.kill(pid_of(bench, "slow"), signal.SIGKILL)
        next_answer = await all_events(bench.model, a_question("slow", tokens=5))

    assert "in the middle of the answer" in answer.result().detail
    assert answer.result().retryable
    assert len(text_of(next_answer).split()) == 5


async def test_a_model_that_crashes_again_and_again_is_started_again_more_slowly(
    tiny_gguf: Path,
) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        times: list[float] = []
        for _ in range(3):
            began = asyncio.get_running_loop().time()
            await all_events(bench.model, a_question(tokens=1))
            times.append(asyncio.get_running_loop().time() - began)
            os.kill(pid_of(bench, "tiny"), signal.SIGKILL)
            await until(lambda: not bench.engine.is_loaded("tiny"))

    assert times[2] > 0.5


async def test_a_model_that_nobody_asks_leaves_the_memory_and_comes_back_when_asked(
    tiny_gguf: Path,
) -> None:
    async with a_workbench(unload_after=0.1) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        await all_events(bench.model, a_question())
        pid = pid_of(bench, "tiny")

        await until(lambda: bench.engine.pid_of("tiny") is None)
        again = await all_events(bench.model, a_question())

    assert not is_running(pid)
    assert again[0] == PhaseEntered("model-loading")


async def test_an_idle_model_makes_room_for_another(tiny_gguf: Path) -> None:
    async with a_workbench(max_loaded=1) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        bench.files.add(KnownFile("other", tiny_gguf))
        await all_events(bench.model, a_question("tiny"))

        answer = await all_events(bench.model, a_question("other"))

        assert finish_of(answer).reason == "length"
        assert bench.engine.is_loaded("other")
        assert not bench.engine.is_loaded("tiny")


async def test_a_busy_model_is_not_put_out_and_the_newcomer_waits_and_is_not_overtaken(
    slow_gguf: Path, tiny_gguf: Path
) -> None:
    async with a_workbench(max_loaded=1, parallel=4) as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        bench.files.add(KnownFile("tiny", tiny_gguf))
        await all_events(bench.model, a_question("slow", tokens=1))
        order: list[str] = []

        async def ask(name: str, model: str) -> list[PhaseEntered]:
            events = await all_events(bench.model, a_question(model, tokens=30))
            order.append(name)
            return [event for event in events if isinstance(event, PhaseEntered)]

        phases = await asyncio.gather(
            ask("busy", "slow"), ask("newcomer", "tiny"), ask("late", "slow")
        )

    assert order == ["busy", "newcomer", "late"]
    assert phases[0] == []
    assert phases[1] == [PhaseEntered("waiting", position=1), PhaseEntered("model-loading")]
    assert phases[2][0] == PhaseEntered("waiting", position=2)


async def test_two_models_answer_side_by_side_where_two_may_be_loaded(tiny_gguf: Path) -> None:
    async with a_workbench(max_loaded=2) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        bench.files.add(KnownFile("other", tiny_gguf))

        await asyncio.gather(
            all_events(bench.model, a_question("tiny")),
            all_events(bench.model, a_question("other")),
        )

        assert bench.engine.is_loaded("tiny")
        assert bench.engine.is_loaded("other")


async def test_who_leaves_the_line_holds_nobody_up(slow_gguf: Path) -> None:
    async with a_workbench(parallel=1) as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        async with aclosing(bench.model.stream(a_question("slow", tokens=30))) as first:
            await anext(first)
            async with aclosing(bench.model.stream(a_question("slow"))) as impatient:
                waiting = await anext(impatient)
            rest = [event async for event in first]

        answer = await all_events(bench.model, a_question("slow", tokens=3))

    assert waiting == PhaseEntered("waiting", position=1)
    assert rest
    assert len(text_of(answer).split()) == 3


async def test_closing_the_engine_ends_its_processes_and_the_answers_they_write(
    slow_gguf: Path,
) -> None:
    async with asyncio.TaskGroup() as tasks, a_workbench() as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        answer = tasks.create_task(failure_of(bench, a_question("slow", tokens=None)))
        await until(lambda: bench.engine.is_loaded("slow"))
        pid = pid_of(bench, "slow")

    assert not is_running(pid)
    assert answer.result().code == "local-engine-failed"


PARENT = """
import asyncio, sys
from pathlib import Path
from tests.support.local_engine import KnownFile, a_question, a_workbench, all_events

async def main() -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", Path(sys.argv[1])))
        await all_events(bench.model, a_question(tokens=2))
        print(bench.engine.pid_of("tiny"), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_the_engine_does_not_outlive_a_killed_server(tiny_gguf: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tiny_gguf), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    engine_pid = int(await parent.stdout.readline())
    assert is_running(engine_pid)

    parent.kill()
    await parent.wait()

    await until(lambda: not is_running(engine_pid))


async def test_nobody_can_read_the_key_in_the_arguments_or_environment_of_the_process(
    tiny_gguf: Path,
) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        await all_events(bench.model, a_question(tokens=1))
        about = Path(f"/proc/{pid_of(bench, 'tiny')}")

        arguments = (about / "cmdline").read_bytes().split(b"\0")
        environment = (about / "environ").read_bytes()

    assert len(arguments[:-1]) == 3
    assert arguments[2].endswith(b"child.py")
    assert b"api_key" not in environment.lower()

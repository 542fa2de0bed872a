"""While a model loads: how long it will take, and that a load which stands still is found."""

import asyncio
import os
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.local_engine import (
    KnownFile,
    Workbench,
    a_question,
    a_workbench,
    all_events,
    failure_of,
    is_running,
    text_of,
    until,
)

from arcano.providers.errors import ModelIsAnsweringError
from arcano.providers.local import LoadWatch
from arcano.providers.local.load_watch import Loading, time_limit
from arcano.providers.local.signs import Signs, signs_of

QUICK = LoadWatch(every_seconds=0.05, still_seconds=1.0)


def holding(resident_bytes: int) -> Signs:
    return Signs(
        processor_ticks=0, read_bytes=0, resident_bytes=resident_bytes, own_bytes=resident_bytes
    )


async def freeze_while_loading(bench: Workbench, model: str) -> int:
    pid: int | None = None

    def started() -> bool:
        nonlocal pid
        pid = bench.engine.pid_of(model)
        return pid is not None

    await until(started)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    return pid


@pytest.mark.local_engine
async def test_an_engine_that_freezes_while_it_loads_is_found_soon_and_started_anew(
    tiny_gguf: Path,
) -> None:
    async with a_workbench(load_watch=QUICK) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(failure_of(bench, a_question()))
            frozen_at = asyncio.get_running_loop().time()
            pid = await freeze_while_loading(bench, "tiny")
        took = asyncio.get_running_loop().time() - frozen_at
        next_answer = await all_events(bench.model, a_question(tokens=3))

    assert "stood still while it was loading tiny" in answer.result().detail
    assert answer.result().retryable
    assert took < 8
    assert not is_running(pid)
    assert len(text_of(next_answer).split()) == 3


async def test_a_process_that_computes_is_not_taken_for_frozen_and_one_that_sleeps_is() -> None:
    quick = LoadWatch(every_seconds=0.05, still_seconds=0.5)
    busy = await asyncio.create_subprocess_exec("sh", "-c", "while :; do :; done")
    asleep = await asyncio.create_subprocess_exec("sleep", "60")
    loading = Loading(weights_bytes=1, earlier_seconds=None)
    try:
        async with asyncio.timeout(10):
            await quick.stands_still(asleep.pid, loading)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await quick.stands_still(busy.pid, loading)
    finally:
        for process in (busy, asleep):
            process.kill()
            await process.wait()


async def test_the_signs_of_a_process_are_its_own_and_there_are_none_of_one_that_is_gone() -> None:
    mine = signs_of(os.getpid())
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()

    assert mine is not None
    assert 1_000_000 < mine.own_bytes <= mine.resident_bytes
    assert signs_of(gone.pid) is None


async def test_a_load_is_expected_to_take_as_long_as_the_last_time() -> None:
    loading = Loading(weights_bytes=100, earlier_seconds=30.0)

    assert loading.eta_seconds == pytest.approx(30, abs=1)


async def test_a_first_load_is_expected_by_how_much_of_the_file_has_come() -> None:
    loading = Loading(weights_bytes=1000, earlier_seconds=None)
    unknown = loading.eta_seconds
    await asyncio.sleep(0.1)

    loading.note(holding(250))
    quarter = loading.eta_seconds
    loading.note(holding(1200))

    assert unknown is None
    assert quarter == pytest.approx(0.3, rel=0.5)
    assert loading.eta_seconds is None


async def test_the_limit_grows_with_the_file_and_is_short_where_nothing_can_be_seen() -> None:
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()

    assert time_limit(2 * 10**9, pid=os.getpid(), chosen=None) == timedelta(minutes=10, seconds=100)
    assert time_limit(2 * 10**9, pid=gone.pid, chosen=None) == timedelta(minutes=1, seconds=100)
    assert time_limit(1, pid=gone.pid, chosen=timedelta(hours=1)) == timedelta(hours=1)


@pytest.mark.local_engine
async def test_how_it_stands_with_a_model_is_told_from_the_disk_to_its_last_answer(
    slow_gguf: Path,
) -> None:
    file = KnownFile("slow", slow_gguf)
    async with a_workbench() as bench:
        bench.files.add(file)
        before = bench.engine.state_of(file)
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(all_events(bench.model, a_question("slow", tokens=30)))
            await until(lambda: bench.engine.state_of(file).status == "loading")
            await until(lambda: bench.engine.state_of(file).status == "answering")
            during = bench.engine.state_of(file)
        after = bench.engine.state_of(file)

    assert answer.done()
    assert (before.status, before.memory_bytes, before.last_used_at) == ("on-disk", None, None)
    assert (during.answering, during.parallel, during.context_tokens) == (1, 2, 2048)
    assert during.memory_bytes is not None
    assert after.status == "loaded"
    assert after.tokens_per_second is not None
    assert 5 < after.tokens_per_second < 100_000
    assert after.last_used_at is not None


@pytest.mark.local_engine
async def test_a_model_is_loaded_and_unloaded_on_demand(tiny_gguf: Path) -> None:
    file = KnownFile("tiny", tiny_gguf)
    async with a_workbench() as bench:
        bench.engine.begin_loading(file)
        bench.engine.begin_loading(file)
        await until(lambda: bench.engine.state_of(file).status == "loaded")

        await bench.engine.unload("tiny")

        assert bench.engine.state_of(file).status == "on-disk"
        await bench.engine.unload("tiny")


@pytest.mark.local_engine
async def test_why_a_load_failed_is_remembered_until_one_succeeds(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    path = tmp_path / "late.gguf"
    file = KnownFile("late", path)
    async with a_workbench() as bench:
        bench.files.add(file)
        bench.engine.begin_loading(file)
        await until(lambda: bench.engine.state_of(file).problem is not None)
        problem = bench.engine.state_of(file).problem
        await asyncio.to_thread(shutil.copy, tiny_gguf, path)

        await all_events(bench.model, a_question("late", tokens=1))

        assert problem == "The file of late is gone. Download it again."
        assert bench.engine.state_of(file).problem is None


@pytest.mark.local_engine
async def test_unloading_refuses_while_it_answers_and_ends_the_answers_when_told_to(
    slow_gguf: Path,
) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(failure_of(bench, a_question("slow", tokens=None)))
            await until(lambda: bench.engine.is_loaded("slow"))
            await asyncio.sleep(0.1)
            with pytest.raises(ModelIsAnsweringError, match="slow is answering"):
                await bench.engine.unload("slow")
            still_there = bench.engine.is_loaded("slow")

            await bench.engine.unload("slow", now=True)

            assert still_there
            assert bench.engine.pid_of("slow") is None

    assert "was unloaded before the answer was whole" in answer.result().detail
    assert answer.result().retryable


@pytest.mark.local_engine
async def test_who_unloads_a_model_that_is_being_loaded_leaves_no_failure_behind(
    slow_gguf: Path,
) -> None:
    file = KnownFile("slow", slow_gguf)
    async with a_workbench() as bench:
        bench.engine.begin_loading(file)
        await until(lambda: bench.engine.state_of(file).status == "loading")
        with pytest.raises(ModelIsAnsweringError, match="being loaded for somebody"):
            await bench.engine.unload("slow")

        await bench.engine.unload("slow", now=True)
        await asyncio.sleep(0.1)

    after = bench.engine.state_of(file)
    assert (after.status, after.problem) == ("on-disk", None)


@pytest.mark.local_engine
async def test_the_speed_of_an_answer_in_one_piece_is_counted_from_its_asking(
    slow_gguf: Path,
) -> None:
    file = KnownFile("slow", slow_gguf)
    async with a_workbench() as bench:
        bench.files.add(file)
        await all_events(bench.model, a_question("slow", tokens=1))

        await all_events(bench.model, replace(a_question("slow", tokens=30), whole=True))

        speed = bench.engine.state_of(file).tokens_per_second

    assert speed is not None
    # No processor writes with this model as fast as an answer that is there already is read.
    assert speed < 20_000


@pytest.mark.local_engine
async def test_a_model_is_held_from_the_start_of_its_loading_and_also_when_it_only_makes_vectors(
    slow_gguf: Path, tiny_gguf: Path
) -> None:
    slow = KnownFile("slow", slow_gguf)
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        before = bench.engine.holds("slow"), bench.engine.holds("tiny")
        bench.engine.begin_loading(slow)
        await until(lambda: bench.engine.state_of(slow).status == "loading")
        await bench.model.embed("tiny", ("a text",))

        meanwhile = bench.engine.holds("slow"), bench.engine.holds("tiny")
        await bench.engine.unload("slow", now=True)
        await bench.engine.unload("tiny")

        after = bench.engine.holds("slow"), bench.engine.holds("tiny")

    assert (before, meanwhile, after) == ((False, False), (True, True), (False, False))

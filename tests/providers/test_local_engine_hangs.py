"""An engine that lives and does nothing: found soon, ended like a crash; one that is merely busy is left alone."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.support.local_engine import (
    KnownFile,
    Workbench,
    a_question,
    a_workbench,
    all_events,
    failure_of,
    is_running,
    pid_of,
    text_of,
    until,
)

from arcano.providers.local import Pulse

pytestmark = pytest.mark.local_engine

FOUND_WITHIN_SECONDS = 10
BUSY_MACHINE_SECONDS = 5
"""What a machine that does other things may add."""
GONE_WITHIN_SECONDS = 5
QUICK = Pulse(every_seconds=0.1, within_seconds=1.0, misses=2)


def freeze(bench: Workbench, model: str) -> int:
    pid = pid_of(bench, model)
    os.kill(pid, signal.SIGSTOP)
    return pid


async def test_an_engine_that_freezes_fails_its_answers_within_ten_seconds_and_comes_back(
    slow_gguf: Path,
) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        async with asyncio.TaskGroup() as tasks:
            answers = [
                tasks.create_task(failure_of(bench, a_question("slow", tokens=None)))
                for _ in range(2)
            ]
            await until(lambda: bench.engine.is_loaded("slow"))
            await asyncio.sleep(0.3)

            frozen_at = asyncio.get_running_loop().time()
            pid = freeze(bench, "slow")
        took = asyncio.get_running_loop().time() - frozen_at
        still_there = is_running(pid)
        next_answer = await all_events(bench.model, a_question("slow", tokens=5))

    assert took < FOUND_WITHIN_SECONDS + BUSY_MACHINE_SECONDS
    assert [answer.result().code for answer in answers] == ["local-engine-failed"] * 2
    assert all(answer.result().retryable for answer in answers)
    assert not still_there
    assert len(text_of(next_answer).split()) == 5


async def test_an_engine_that_freezes_while_nobody_asks_is_started_anew(tiny_gguf: Path) -> None:
    async with a_workbench(pulse=QUICK) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        await all_events(bench.model, a_question(tokens=1))
        pid = freeze(bench, "tiny")

        await until(lambda: not bench.engine.is_loaded("tiny"))
        answer = await all_events(bench.model, a_question(tokens=3))

    assert not is_running(pid)
    assert len(text_of(answer).split()) == 3


async def test_an_engine_that_reads_a_long_question_is_not_taken_for_frozen(
    slow_gguf: Path,
) -> None:
    long = "tree bird stone " * 60
    async with a_workbench(pulse=QUICK) as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        await all_events(bench.model, a_question("slow", tokens=1))
        pid = pid_of(bench, "slow")

        answers = await asyncio.gather(
            *(all_events(bench.model, a_question("slow", long + end, tokens=3)) for end in "ab")
        )

        assert [len(text_of(answer).split()) for answer in answers] == [3, 3]
        assert pid_of(bench, "slow") == pid


async def test_a_frozen_engine_does_not_hold_up_the_end_of_the_server(slow_gguf: Path) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        async with aclosing(bench.model.stream(a_question("slow", tokens=None))) as answer:
            await anext(answer)
            await until(lambda: bench.engine.is_loaded("slow"))
            pid = freeze(bench, "slow")
        left_at = asyncio.get_running_loop().time()
    took = asyncio.get_running_loop().time() - left_at

    assert took < GONE_WITHIN_SECONDS
    assert not is_running(pid)


@asynccontextmanager
async def a_place(answer: Callable[[], Awaitable[bytes]]) -> AsyncGenerator[str]:
    """The address of something that answers every question with what `answer` gives, and hangs up."""
    answering: set[asyncio.Task[Any]] = set()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        answering.add(task)
        with suppress(ConnectionError):
            writer.write(await answer())
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    await asyncio.gather(*answering)


async def test_who_hangs_up_has_no_pulse_nor_has_who_is_not_there() -> None:
    quick = Pulse(every_seconds=0.01, within_seconds=0.05, misses=3)

    async def nothing() -> bytes:
        return b""

    async with aiohttp.ClientSession() as http, asyncio.timeout(10):
        async with a_place(nothing) as address:
            await quick.stops(address, http)
        await quick.stops(address, http)


async def test_one_late_answer_is_forgiven() -> None:
    lateness = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0]
    to_come = lateness.copy()

    async def late() -> bytes:
        await asyncio.sleep(to_come.pop(0))
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    async with a_place(late) as address, aiohttp.ClientSession() as http:
        await Pulse(every_seconds=0.01, within_seconds=0.3, misses=3).stops(address, http)

    assert to_come == []

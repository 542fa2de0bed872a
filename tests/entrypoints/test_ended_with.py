"""A server whose inside breaks off does not go on without it."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from types import FrameType

import pytest
from fastapi import FastAPI

from arcano.entrypoints.serve import BROKEN, ended_with


@pytest.fixture
def asked_to_stop() -> Generator[list[int]]:
    """The signals that come meanwhile, which nobody else hears."""
    heard: list[int] = []

    def hear(number: int, _: FrameType | None) -> None:
        heard.append(number)

    before = signal.signal(signal.SIGTERM, hear)
    yield heard
    signal.signal(signal.SIGTERM, before)


@asynccontextmanager
async def an_inside(app: FastAPI, *, breaks: bool) -> AsyncGenerator[None]:
    async def work() -> None:
        await asyncio.sleep(0)
        if breaks:
            raise ZeroDivisionError

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work())
        app.state.readiness = "ok"
        yield


async def test_a_server_whose_inside_breaks_off_says_that_it_is_broken_and_goes(
    asked_to_stop: list[int],
) -> None:
    app = FastAPI()

    with pytest.raises(ExceptionGroup):
        async with ended_with(app, an_inside(app, breaks=True)):
            await asyncio.sleep(60)

    assert app.state.readiness == BROKEN
    assert asked_to_stop == [signal.SIGTERM]


async def test_a_server_that_is_done_goes_without_a_word(asked_to_stop: list[int]) -> None:
    app = FastAPI()

    async with ended_with(app, an_inside(app, breaks=False)):
        pass

    assert app.state.readiness == "ok"
    assert asked_to_stop == []

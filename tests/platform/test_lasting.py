"""Work that goes on for as long as the server."""

import asyncio

import pytest

from arcano.platform.lasting import lasting


async def test_what_breaks_off_is_begun_again_and_told(caplog: pytest.LogCaptureFixture) -> None:
    begun: list[int] = []

    async def work() -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise ZeroDivisionError("by nobody foreseen")

    async with asyncio.timeout(5):
        await lasting(work, again_after=0)

    assert begun == [0, 1, 2]
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


async def test_it_is_cancelled_as_anything_is() -> None:
    going = asyncio.Event()

    async def work() -> None:
        going.set()
        await asyncio.sleep(60)

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        lives = tasks.create_task(lasting(work))
        await going.wait()
        lives.cancel()

    assert lives.cancelled()

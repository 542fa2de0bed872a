"""Listening to a model: silence is cut off, patience is not, and cancelling stays cancelling."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from tests.support.fast_time import in_fast_time

from arcano.inference.routes import Timeouts
from arcano.inference.watch import Watch
from arcano.providers import (
    CallAccepted,
    ModelEvent,
    ModelFinished,
    PhaseEntered,
    ProviderUnreachableError,
    TextDelta,
)

TIMEOUTS = Timeouts(
    first_token=timedelta(seconds=30), idle=timedelta(seconds=10), loading=timedelta(seconds=600)
)
WORD, END = TextDelta("word"), ModelFinished("stop")


async def saying(*lines: ModelEvent | float) -> AsyncGenerator[ModelEvent]:
    """Says its lines; a number is silence."""
    for line in lines:
        if isinstance(line, int | float):
            await asyncio.sleep(line)
        else:
            yield line


async def listen(upstream: AsyncGenerator[ModelEvent], *, busy: float = 0) -> list[ModelEvent]:
    """All that is heard by a reader who is `busy` for so long after each event."""
    heard: list[ModelEvent] = []
    watch = Watch(TIMEOUTS, name="East")
    watch.begin()
    silence = None
    try:
        async for event in upstream:
            watch.heard()
            if isinstance(event, PhaseEntered):
                watch.loads()
            elif not isinstance(event, CallAccepted) and not any(
                isinstance(one, TextDelta) for one in heard
            ):
                watch.speaks()
            heard.append(event)
            await asyncio.sleep(busy)
            watch.listens()
    except asyncio.CancelledError as cancelled:
        silence = watch.end(cancelled)
        if silence is None:
            raise
    else:
        silence = watch.end(None)
    finally:
        await upstream.aclose()
    if silence is not None:
        raise silence
    return heard


@pytest.mark.parametrize(
    "lines",
    [
        (29.0, WORD, END),
        (29.0, WORD, 9.0, WORD, 9.0, WORD, 9.0, WORD, 9.0, END),
        (29.0, PhaseEntered("model-loading"), 599.0, WORD, 9.0, END),
        (PhaseEntered("model-loading"), 599.0, PhaseEntered("model-loading"), 599.0, WORD, END),
    ],
)
def test_silence_within_the_limits_is_patience(lines: tuple[ModelEvent | float, ...]) -> None:
    events = [line for line in lines if not isinstance(line, float)]

    assert in_fast_time(listen(saying(*lines))) == events


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((31.0, WORD, END), "did not begin to answer within 30 seconds"),
        ((WORD, 11.0, WORD, END), "fell silent for 10 seconds"),
        ((29.0, WORD, 11.0, END), "fell silent for 10 seconds"),
        ((PhaseEntered("model-loading"), 601.0, WORD, END), "within 600 seconds"),
        ((PhaseEntered("model-loading"), 5.0, WORD, 11.0, END), "fell silent for 10 seconds"),
    ],
)
def test_longer_silence_is_an_unreachable_provider(
    lines: tuple[ModelEvent | float, ...], told: str
) -> None:
    with pytest.raises(ProviderUnreachableError, match=told):
        in_fast_time(listen(saying(*lines)))


@pytest.mark.parametrize(
    "lines",
    [
        (PhaseEntered("model-loading"), WORD, WORD, END),
        (CallAccepted("request-1"), 29.0, WORD, END),
        (WORD, 9.0, WORD, 9.0, END),
    ],
)
def test_time_in_which_nobody_listens_is_no_silence(
    lines: tuple[ModelEvent | float, ...],
) -> None:
    events = [line for line in lines if not isinstance(line, float)]

    assert in_fast_time(listen(saying(*lines), busy=3600)) == events


def test_what_was_cut_off_leaves_the_reader_uncancelled() -> None:
    async def read_twice() -> list[ModelEvent]:
        with pytest.raises(ProviderUnreachableError):
            await listen(saying(31.0, WORD))
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        return await listen(saying(WORD, END))

    assert in_fast_time(read_twice()) == [WORD, END]


def test_a_reader_cancelled_at_the_moment_of_the_timeout_is_cancelled() -> None:
    async def read() -> None:
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(listen(saying(31.0, WORD)))
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_at(30.0, reading.cancel)
        assert reading.cancelled()

    in_fast_time(read())


def test_a_model_that_swallows_the_cancellation_is_cut_off_all_the_same() -> None:
    async def stubborn() -> AsyncGenerator[ModelEvent]:
        try:
            await asyncio.sleep(1e6)
        except asyncio.CancelledError:
            yield WORD

    with pytest.raises(ProviderUnreachableError):
        in_fast_time(listen(stubborn()))

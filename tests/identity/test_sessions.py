"""Sessions: known by a token nobody stores, ended everywhere at once."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.identity.conftest import Door

from arcano.identity.errors import NotSignedInError


async def test_the_token_is_worth_the_person(door: Door) -> None:
    person = await door.set_up()

    token = await door.sessions.open(person)

    assert (await door.sessions.viewer(token)).user_id == person.id
    assert (await door.other_sessions().viewer(token)).user_id == person.id


async def test_the_token_is_not_in_the_database(door: Door) -> None:
    token = await door.sessions.open(await door.set_up())

    stored = await door.database.read(lambda c: c.execute(text("SELECT * FROM sessions")).all())

    assert token not in repr(stored)


@pytest.mark.parametrize("token", [None, "", "unknown", "\ud800", "x" * 10_000])
async def test_what_is_no_token_is_nobody(door: Door, token: str | None) -> None:
    with pytest.raises(NotSignedInError):
        await door.sessions.viewer(token)


async def test_a_session_ends_when_its_time_is_over(door: Door) -> None:
    token = await door.sessions.open(await door.set_up())
    door.clock.pass_by(timedelta(days=1))

    with pytest.raises(NotSignedInError):
        await door.sessions.viewer(token)
    with pytest.raises(NotSignedInError):
        await door.other_sessions().viewer(token)


async def test_signing_out_ends_this_session_and_no_other(door: Door) -> None:
    person = await door.set_up()
    here, there = await door.sessions.open(person), await door.sessions.open(person)

    await door.sessions.end(await door.sessions.viewer(here))

    with pytest.raises(NotSignedInError):
        await door.sessions.viewer(here)
    with pytest.raises(NotSignedInError):
        await door.other_sessions().viewer(here)
    assert (await door.sessions.viewer(there)).user_id == person.id


async def test_signing_out_everywhere_ends_whatever_is_open(door: Door) -> None:
    person = await door.set_up()
    tokens = [await door.sessions.open(person) for _ in range(3)]
    ended: list[bool] = []
    open_now = asyncio.Semaphore(0)

    async def stay(token: str) -> None:
        with door.sessions.staying(await door.sessions.viewer(token)) as stay:
            open_now.release()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append(stay.ended)

    async with asyncio.TaskGroup() as tasks:
        for token in tokens:
            tasks.create_task(stay(token))
        for _ in tokens:
            await open_now.acquire()
        await door.sessions.end_everywhere(person.id)

    assert ended == [True, True, True]
    for token in tokens:
        with pytest.raises(NotSignedInError):
            await door.sessions.viewer(token)


async def test_a_session_read_while_it_was_ended_is_not_remembered(door: Door) -> None:
    """The row is read, the person signs out, and only then the reader goes on."""
    person = await door.set_up()
    token = await door.sessions.open(person)
    fresh = door.other_sessions()

    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(_try(fresh.viewer(token)))
        await asyncio.sleep(0)
        tasks.create_task(fresh.end_everywhere(person.id))

    assert reading.done()
    with pytest.raises(NotSignedInError):
        await fresh.viewer(token)


async def _try(asking: Awaitable[object]) -> None:
    with suppress(NotSignedInError):
        await asking

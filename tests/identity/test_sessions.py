"""Sessions: known by a token nobody stores, ended everywhere at once."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text, update
from tests.identity.conftest import Door
from tests.support.full_disk import FullDisk
from tests.support.key_ring import Ring

from arcano.identity import OpenStay, Permission, Sessions, Viewer
from arcano.identity.changes import tell_others
from arcano.identity.errors import NotSignedInError
from arcano.identity.tables import USERS
from arcano.platform.errors import StorageError


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


async def test_a_session_that_is_not_used_ends(door: Door) -> None:
    token = await door.sessions.open(await door.set_up())
    door.clock.pass_by(timedelta(days=7))

    with pytest.raises(NotSignedInError):
        await door.sessions.viewer(token)
    with pytest.raises(NotSignedInError):
        await door.other_sessions().viewer(token)


async def test_a_session_that_is_used_goes_on_in_every_process(door: Door) -> None:
    person = await door.set_up()
    token = await door.sessions.open(person)
    for _ in range(4):
        door.clock.pass_by(timedelta(days=6))
        assert (await door.sessions.viewer(token)).user_id == person.id

    await door.sessions.settle()
    door.clock.pass_by(timedelta(days=5))

    assert (await door.other_sessions().viewer(token)).user_id == person.id


async def test_a_session_is_good_also_while_its_use_cannot_be_written_down(door: Door) -> None:
    """So on a full disk one can still read, and an answer can be stopped while somebody holds the database."""
    disk = FullDisk(door.database)
    sessions = Sessions(disk, door.clock, lifetime=timedelta(days=30), idle=timedelta(days=7))
    token = await sessions.open(await door.set_up())
    door.clock.pass_by(timedelta(days=6))
    disk.is_full = True

    viewer = await sessions.viewer(token)
    with sessions.staying(viewer) as stay:
        sessions.use(stay)
    await sessions.settle()

    disk.is_full = False
    await sessions.settle()
    door.clock.pass_by(timedelta(days=6))
    assert (await door.other_sessions().viewer(token)).user_id == viewer.user_id


async def test_the_use_of_a_session_is_written_down_within_a_second(door: Door) -> None:
    token = await door.sessions.open(await door.set_up())
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(door.sessions.keep())
        door.clock.pass_by(timedelta(days=6))
        await door.sessions.viewer(token)
        await asyncio.sleep(1)
        keeping.cancel()
    door.clock.pass_by(timedelta(days=6))

    assert await door.other_sessions().viewer(token)


async def test_a_session_ends_when_its_time_is_over_however_much_it_is_used(door: Door) -> None:
    token = await door.sessions.open(await door.set_up())
    for _ in range(5):
        door.clock.pass_by(timedelta(days=5))
        await door.sessions.viewer(token)
    door.clock.pass_by(timedelta(days=5))

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


async def test_what_one_process_ends_ends_in_another_within_a_second(door: Door) -> None:
    person = await door.set_up()
    token = await door.sessions.open(person)
    elsewhere = door.other_sessions()
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(elsewhere.keep())
        stayed = await _open_stay(tasks, elsewhere, token)

        await door.sessions.end_everywhere(person.id)

        async with asyncio.timeout(1):
            stay = await stayed
        listening.cancel()
    assert (stay.ended, stay.signed_out) == (True, True)
    with pytest.raises(NotSignedInError):
        await elsewhere.viewer(token)


async def test_what_somebody_is_allowed_is_read_anew_once_it_changes(door: Door) -> None:
    person = await door.set_up()
    token = await door.sessions.open(person)

    def demote(connection: Connection) -> None:
        connection.execute(update(USERS).values(role="member"))
        tell_others(connection, "changed", person.id, now=door.clock.now())

    async with asyncio.TaskGroup() as tasks:
        stayed = await _open_stay(tasks, door.sessions, token)
        await door.database.write(demote)
        await door.sessions.hear()

    stay = stayed.result()
    assert (stay.ended, stay.signed_out) == (True, False)
    viewer = await door.sessions.viewer(token)
    assert not viewer.may(Permission.CONNECTION_MANAGE)
    assert viewer.may(Permission.CONVERSATION_WRITE)


@pytest.mark.parametrize("change", [{"state": "disabled"}, {"state": "waiting"}, {"epoch": 1}])
async def test_who_may_no_longer_come_in_is_nobody(door: Door, change: dict[str, object]) -> None:
    token = await door.sessions.open(await door.set_up())

    await door.database.write(lambda c: c.execute(update(USERS).values(change)))

    with pytest.raises(NotSignedInError):
        await door.other_sessions().viewer(token)


async def _open_stay(
    tasks: asyncio.TaskGroup, sessions: Sessions, token: str
) -> asyncio.Task[OpenStay]:
    """Something that stays open until it is ended from elsewhere, once it is open."""
    return await _stay_of(tasks, sessions, await sessions.viewer(token))


async def _stay_of(
    tasks: asyncio.TaskGroup, sessions: Sessions, viewer: Viewer
) -> asyncio.Task[OpenStay]:
    is_open = asyncio.Event()

    async def stay() -> OpenStay:
        with sessions.staying(viewer) as stay:
            is_open.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if not stay.ended:
                    raise
            return stay

    task = tasks.create_task(stay())
    await is_open.wait()
    return task


@pytest.mark.parametrize("shown", ["key", "session"])
async def test_what_is_open_ends_with_the_time_of_what_it_was_opened_by(
    door: Door, ring: Ring, shown: str
) -> None:
    viewer = await door.sessions.viewer(await door.sessions.open(await door.set_up()))
    lasts = timedelta(days=30)
    if shown == "key":
        made = await ring.make(viewer, lasts=lasts)
        viewer = await ring.asks(made.secret)

    async with asyncio.TaskGroup() as tasks:
        stayed = await _stay_of(tasks, door.sessions, viewer)
        door.clock.pass_by(lasts - timedelta(seconds=1))
        with door.sessions.staying(viewer) as other:
            # What is in use until then is over all the same.
            await door.sessions.end_what_is_over()
            assert not other.ended
            door.clock.pass_by(timedelta(seconds=1))
            with pytest.raises(asyncio.CancelledError):
                await asyncio.gather(door.sessions.end_what_is_over(), asyncio.sleep(10))
            other.task.uncancel()

    stay = stayed.result()
    assert (stay.ended, stay.signed_out, other.signed_out) == (True, True, True)


async def test_a_session_that_nobody_uses_ends_what_is_open_for_it(door: Door) -> None:
    token = await door.sessions.open(await door.set_up())

    async with asyncio.TaskGroup() as tasks:
        stayed = await _open_stay(tasks, door.sessions, token)
        door.clock.pass_by(timedelta(days=7))
        await door.sessions.end_what_is_over()

    assert stayed.result().signed_out


async def test_whoever_asks_over_what_is_open_uses_the_session_and_so_does_another_process(
    door: Door,
) -> None:
    token = await door.sessions.open(await door.set_up())
    viewer = await door.sessions.viewer(token)

    with door.sessions.staying(viewer) as stay:
        door.clock.pass_by(timedelta(days=6))
        door.sessions.use(stay)
        await door.sessions.settle()
        door.clock.pass_by(timedelta(days=6))
        await door.sessions.end_what_is_over()
        assert (await door.sessions.viewer(token)).user_id == viewer.user_id
        other = door.other_sessions()
        await other.viewer(token)
        await other.settle()
        door.clock.pass_by(timedelta(days=6))
        await door.sessions.end_what_is_over()

        assert not stay.ended


async def test_an_answer_that_was_begun_in_time_is_finished(door: Door) -> None:
    viewer = await door.sessions.viewer(await door.sessions.open(await door.set_up()))

    with door.sessions.staying(viewer, through_changes=True) as stay:
        door.clock.pass_by(timedelta(days=31))
        await door.sessions.end_what_is_over()

        assert not stay.ended


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


async def test_ways_that_could_not_be_read_are_read_at_the_next_hearing(door: Door) -> None:
    looked: list[bool] = []

    async def look() -> None:
        looked.append(len(looked) > 0)
        if not looked[-1]:
            raise StorageError("The disk is away.")

    door.sessions.when_ways_change(look)
    await door.database.write(lambda c: tell_others(c, "ways", now=door.clock.now()))

    with pytest.raises(StorageError):
        await door.sessions.hear()
    await door.sessions.hear()
    await door.sessions.hear()

    assert looked == [False, True]

"""A disk that is full and a database that somebody else holds: told at once, and nothing is lost.

The disk is full for the server alone: the kernel lets its process write no more, to no file. Where a small file system can
be mounted, a really full one is tried as well.
"""

import asyncio
import resource
import sqlite3
import subprocess
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.support.house import a_house
from tests.support.server import Server
from tests.support.upstream import Upstream, says, words
from tests.support.visitor import (
    CLOSING,
    Answered,
    Heard,
    Turn,
    Visitor,
    closing_of,
    text_heard,
    text_of,
)

UNAVAILABLE = "storage-unavailable"
SMALL_DISK_BYTES = 48 * 2**20
ROOM_LEFT_BYTES = 4 * 2**20


@contextmanager
def no_space_for(server: Server) -> Generator[None]:
    """While this lasts, the server cannot write to any file."""
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it may have gone meanwhile
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


async def test_a_question_that_cannot_be_stored_is_refused_and_can_be_sent_again(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        conversation_id = await visitor.new_conversation()

        with no_space_for(server):
            refused = await visitor.try_to_ask(
                "Is there room?", conversation_id=conversation_id, client_message_id="room"
            )
            unchanged = await visitor.messages(conversation_id)
            elsewhere = await visitor.post("/api/conversations", {})
        accepted = await visitor.try_to_ask(
            "Is there room?", conversation_id=conversation_id, client_message_id="room"
        )

        assert (refused.status, refused.code) == (503, UNAVAILABLE)
        assert refused.body["retryable"] is True
        assert (elsewhere.status, elsewhere.code) == (503, UNAVAILABLE)
        assert unchanged == []
        assert accepted.status == 202
        assert "Traceback" not in server.log


async def test_an_answer_that_cannot_be_stored_is_heard_and_stored_later(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Say it anyway.", says(*words(60), every=0.01))
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn = await visitor.ask("Say it anyway.")
        call = await upstream.call_about("Say it anyway.")
        with no_space_for(server):
            heard = await visitor.hear_out(turn)
            meanwhile = await visitor.hear_out(turn)
        stored = await ended(visitor, turn)

        closing = closing_of(heard)
        assert (closing["type"], closing["code"]) == ("turn-failed", UNAVAILABLE)
        assert text_heard(heard) == call.text_sent == "".join(words(60))
        assert events_of(meanwhile) == events_of(heard)
        assert text_of(stored) == text_heard(heard)
        assert stored["error"]["code"] == UNAVAILABLE
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        assert events_of(await visitor.hear_out(turn)) == events_of(heard)
        assert text_of(await visitor.answer(turn)) == "".join(words(60))


async def test_a_disk_that_is_full_for_a_while_in_the_middle_leaves_no_gap(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Through thick and thin.", says(*words(150), every=0.01))
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn = await visitor.ask("Through thick and thin.")
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(visitor.hear_out(turn))
            await asyncio.sleep(0.3)
            with no_space_for(server):
                await asyncio.sleep(0.6)

    assert closing_of(hearing.result())["type"] == "turn-finished"
    assert text_heard(hearing.result()) == "".join(words(150))


async def test_a_full_disk_does_not_keep_the_server_from_going(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Go anyway.", says(*words(100), every=0.01))
    async with a_house(upstream, tmp_path / "data", ARCANO_DRAIN_SECONDS="0.5") as (
        server,
        visitor,
    ):
        turn = await visitor.ask("Go anyway.")
        await asyncio.sleep(0.5)
        with no_space_for(server):
            server.ask_to_stop()
            code = await server.exit_code()
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        answer = await visitor.answer(turn)

    assert code == 0, server.log
    assert answer["status"] == "interrupted"
    assert "".join(words(100)).startswith(text_of(answer))


async def test_a_really_full_disk_refuses_and_recovers(upstream: Upstream, tmp_path: Path) -> None:
    upstream.when_asked("Fill it.", says(*("x" * 50_000 for _ in range(100))))
    with a_small_disk(tmp_path / "small") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(SMALL_DISK_BYTES - ROOM_LEFT_BYTES))
        async with a_house(upstream, disk / "data") as (_, visitor):
            turn = await visitor.ask("Fill it.")
            heard = await visitor.hear_out(turn)
            fill_up(ballast)
            refused = await refused_at_last(visitor)
            ballast.unlink()
            stored = await ended(visitor, turn)
            accepted = await visitor.try_to_ask("Now?", conversation_id=turn.conversation_id)

    closing = closing_of(heard)
    assert (closing["type"], closing["code"]) == ("turn-failed", UNAVAILABLE)
    assert "full" in closing["message"]
    assert (refused.status, refused.code) == (503, UNAVAILABLE)
    assert accepted.status == 202
    assert len(text_heard(heard)) == 5_000_000
    assert text_of(stored) == text_heard(heard)


@contextmanager
def a_small_disk(place: Path) -> Generator[Path]:
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "small", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here: that takes root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill_up(ballast: Path) -> None:
    """Take what is left, to the last page."""
    for size in (2**16, 4096, 1):
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while file.write(bytes(size)) == size:
                pass


async def refused_at_last(visitor: Visitor) -> Answered:
    """Ask until it no longer fits: a write-ahead log has some room that it took before."""
    conversation_id = await visitor.new_conversation()
    async with asyncio.timeout(20):
        while True:
            answer = await visitor.try_to_ask("long " * 199_999, conversation_id=conversation_id)
            if answer.status != 202:
                return answer


@contextmanager
def held_by_another(database: Path, *, seconds: float) -> Generator[None]:
    """Another program has the database for itself, for as long as it says."""
    held = threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        held.set()
        time.sleep(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    try:
        yield
    finally:
        holder.join()


async def test_a_database_held_for_a_moment_is_waited_for(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("One moment.", says(*words(30), every=0.01))
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        conversation_id = await visitor.new_conversation()
        with held_by_another(server.database, seconds=1):
            asked_at = time.monotonic()
            turn = await visitor.ask("One moment.", conversation_id=conversation_id)
            took = time.monotonic() - asked_at
        heard = await visitor.hear_out(turn)

    assert took > 0.5
    assert closing_of(heard)["type"] == "turn-finished"


async def test_a_database_held_for_long_is_one_clear_error_and_no_loss(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Hold on.", says(*words(60), every=0.01))
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn = await visitor.ask("Hold on.")
        await upstream.call_about("Hold on.")
        with held_by_another(server.database, seconds=7):
            async with asyncio.TaskGroup() as tasks:
                hearing = tasks.create_task(visitor.hear_out(turn))
                listing = tasks.create_task(visitor.get("/api/conversations"))
                asking = tasks.create_task(
                    visitor.try_to_ask("Me too.", conversation_id=turn.conversation_id)
                )
                stopping = tasks.create_task(stop_after(visitor, turn, seconds=1.5))
        stored = await ended(visitor, turn)
        again = await visitor.ask("And now?")
        heard = hearing.result()

        assert listing.result().status == 200
        assert stopping.result() == 202
        assert asking.result().status in (202, 503)
        assert text_heard(heard) == text_of(stored) == "".join(words(60))
        assert closing_of(heard)["type"] in ("turn-finished", "turn-failed")
        assert closing_of(await visitor.hear_out(again))["type"] == "turn-finished"
        assert "Traceback" not in server.log


async def stop_after(visitor: Visitor, turn: Turn, *, seconds: float) -> int:
    """A stop that comes while the ending is being stored must not cost the ending."""
    await asyncio.sleep(seconds)
    return (await visitor.stop(turn)).status


async def ended(visitor: Visitor, turn: Turn) -> dict[str, Any]:
    """The answer, as soon as its ending is stored."""
    async with asyncio.timeout(10):
        while True:
            answer = await visitor.answer(turn)
            if answer["status"] != "running":
                return answer
            await asyncio.sleep(0.05)


def events_of(heard: list[Heard]) -> list[dict[str, Any]]:
    assert heard[-1].type in CLOSING
    return [one.event for one in heard]

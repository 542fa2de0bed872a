"""Asking the server to stop: answers get time to end, nothing new begins, and it goes when it said it would."""

import asyncio
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path

import aiohttp
import pytest
from tests.support.house import a_house
from tests.support.server import EITHER_WAY, Server, launch
from tests.support.upstream import Call, Upstream, says, words
from tests.support.visitor import (
    closing_of,
    text_heard,
    text_of,
)

RESTARTING = 1012
A_SHORT_WHILE = 15
"""Seconds. What would be waited for otherwise takes twenty or more; a busy machine needs some for itself."""
WITHOUT_WAITING = 4
"""Seconds. Less than requests are given when the server is asked once."""


@EITHER_WAY
async def test_a_running_answer_is_finished_before_the_server_goes(
    upstream: Upstream, tmp_path: Path, *, by_command: bool
) -> None:
    upstream.when_asked("Finish this.", says(*words(100), every=0.01))
    async with a_house(upstream, tmp_path / "data", by_command=by_command) as (server, visitor):
        turn = await visitor.ask("Finish this.")
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(visitor.hear_out(turn))
            await asyncio.sleep(0.3)

            server.ask_to_stop()
            code = await server.exit_code()

    assert code == 0, server.log
    assert closing_of(hearing.result())["type"] == "turn-finished"
    assert text_heard(hearing.result()) == "".join(words(100))
    assert "Traceback" not in server.log


async def test_while_answers_end_nothing_new_begins_and_the_server_says_so(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Take your time.", says(*words(200), every=0.01))
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn = await visitor.ask("Take your time.")
        await upstream.call_about("Take your time.")
        async with visitor.socket() as socket:
            server.ask_to_stop()
            await asyncio.sleep(0.3)

            refused = await visitor.try_to_ask("More?", conversation_id=turn.conversation_id)
            on_socket = await socket.command(
                "start-turn",
                conversation_id=turn.conversation_id,
                client_message_id="more",
                content="More?",
                model="wordy",
            )
            readiness = await asyncio.to_thread(status_of, server, "/readyz")
            heard = await visitor.hear_out(turn)

        assert (refused.status, refused.code) == (503, "server-draining")
        assert on_socket["problem"]["code"] == "server-draining"
        assert readiness == 503
        assert closing_of(heard)["type"] == "turn-finished"
        assert await server.exit_code() == 0
    assert upstream.calls_about("More?") == []


def status_of(server: Server, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


async def test_what_takes_longer_is_interrupted_and_kept(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("A long one.", says(*words(2000), every=0.01))
    async with a_house(upstream, tmp_path / "data", ARCANO_DRAIN_SECONDS="0.5") as (
        server,
        visitor,
    ):
        turn = await visitor.ask("A long one.")
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(visitor.hear_out(turn))
            await asyncio.sleep(0.3)
            asked_at = time.monotonic()
            server.ask_to_stop()
            code = await server.exit_code()
        took = time.monotonic() - asked_at
    heard = hearing.result()
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        kept = await visitor.answer(turn)
        await visitor.hear_out(await visitor.go_on(turn))
        completed = await visitor.answer(turn)

    assert code == 0, server.log
    assert 0.5 <= took < A_SHORT_WHILE
    assert closing_of(heard) == {"type": "turn-interrupted"}
    assert (kept["status"], text_of(kept)) == ("interrupted", text_heard(heard))
    assert text_of(completed) == "".join(words(2000))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_asked_twice_it_waits_no_longer_and_keeps_what_was_written(
    upstream: Upstream, tmp_path: Path, how: signal.Signals
) -> None:
    upstream.when_asked("A slow one.", says(*words(2000), every=0.01))
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn = await visitor.ask("A slow one.")
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(visitor.hear_out(turn))
            await asyncio.sleep(0.3)
            server.ask_to_stop(how)
            await asyncio.sleep(0.3)

            asked_again_at = time.monotonic()
            server.ask_to_stop(how)
            code = await server.exit_code()
        took = time.monotonic() - asked_again_at
    heard = hearing.result()
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        kept = await visitor.answer(turn)

    assert code == 0, server.log
    assert took < A_SHORT_WHILE
    assert closing_of(heard) == {"type": "turn-interrupted"}
    assert (kept["status"], text_of(kept)) == ("interrupted", text_heard(heard))
    assert "Traceback" not in server.log


async def test_asked_twice_it_leaves_a_request_that_has_not_ended(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, _):
        async with half_a_request(server) as answer:
            server.ask_to_stop()
            await asyncio.sleep(0.3)

            asked_again_at = time.monotonic()
            server.ask_to_stop()
            code = await server.exit_code()
        took = time.monotonic() - asked_again_at

    assert code == 0, server.log
    assert took < WITHOUT_WAITING
    assert b"server-draining" in answer.result()
    assert "Traceback" not in server.log


async def test_asked_twice_before_it_is_ready_it_goes_as_well(tmp_path: Path) -> None:
    server = launch(tmp_path / "data", by_command=True)
    try:
        await asyncio.to_thread(wait_until_it_listens_to_signals, server)

        server.ask_to_stop(signal.SIGINT)
        server.ask_to_stop(signal.SIGTERM)
        code = await server.exit_code()
    finally:
        server.kill()

    assert code == 0, server.log
    assert "Traceback" not in server.log


def wait_until_it_listens_to_signals(server: Server) -> None:
    """Linux tells which signals a process catches. It does so a moment before it is ready."""
    status = Path(f"/proc/{server.process.pid}/status")
    caught = 0
    while not caught >> (signal.SIGTERM - 1) & 1:
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("SigCgt"))
        caught = int(line.split()[1], 16)


@asynccontextmanager
async def half_a_request(server: Server) -> AsyncGenerator[asyncio.Task[bytes]]:
    """A request whose body does not come; what the server answers, once it lets go."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /api/setup HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{")
    async with asyncio.TaskGroup() as tasks:
        yield tasks.create_task(reader.read())
    writer.close()


async def test_nothing_that_is_merely_open_holds_it_up(upstream: Upstream, tmp_path: Path) -> None:
    async with (
        a_house(upstream, tmp_path / "data") as (server, visitor),
        half_a_request(server) as answer,
        visitor.socket() as socket,
    ):
        asked_at = time.monotonic()
        server.ask_to_stop()
        farewell = await socket.connection.receive()
        code = await server.exit_code()

    assert code == 0, server.log
    assert time.monotonic() - asked_at < A_SHORT_WHILE
    assert (farewell.type, farewell.data) == (aiohttp.WSMsgType.CLOSE, RESTARTING)
    assert b"server-draining" in answer.result()
    assert "Traceback" not in server.log


async def test_a_silent_provider_does_not_hold_it_up(upstream: Upstream, tmp_path: Path) -> None:
    upstream.when_asked("Hello? Hello?", Call.wait_for_hang_up)
    async with a_house(upstream, tmp_path / "data", ARCANO_DRAIN_SECONDS="0") as (server, visitor):
        turn = await visitor.ask("Hello? Hello?")
        await upstream.call_about("Hello? Hello?")

        server.ask_to_stop()
        code = await server.exit_code()

    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        assert (await visitor.turn(turn))["status"] == "interrupted"
    assert code == 0, server.log

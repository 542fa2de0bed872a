"""The door under pressure: one owner out of fifty, guessers slowed down, foreign pages refused, everyone out at once."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection
from tests.support.house import a_house
from tests.support.server import Server, a_server
from tests.support.upstream import Upstream, says, words
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor, signed_in_visitor

from arcano.platform.acts import MAX_TEXT, SYSTEM, Act, record
from arcano.platform.clock import SystemClock
from arcano.platform.sqlite import SqliteDatabase

SESSION_ENDED = 4401
FOREIGN = "https://evil.example"


async def test_of_fifty_who_set_up_at_once_one_becomes_the_owner(tmp_path: Path) -> None:
    async with a_server(tmp_path / "data") as server, a_visitor(server.url) as visitor:
        answers = await asyncio.gather(
            *(
                visitor.post(
                    "/api/setup",
                    {"email": f"p{number}@example.org", "password": PASSWORD, "name": "P"},
                )
                for number in range(50)
            )
        )
        needed = (await visitor.get("/api/setup")).body["needed"]

    assert sorted(answer.status for answer in answers) == [201] + [409] * 49
    assert {answer.code for answer in answers if answer.status == 409} == {"setup-already-done"}
    assert needed is False


@pytest.mark.parametrize("everywhere", ["", "?everywhere=true"])
async def test_signing_out_has_the_browser_forget_what_it_kept(
    server: Server, everywhere: str
) -> None:
    async with signed_in_visitor(server.url) as visitor:
        ended = await visitor.delete(f"/api/session{everywhere}")
        again = await visitor.delete("/api/session")

    assert ended.status == 204
    assert ended.headers["clear-site-data"] == '"cache", "storage"'
    # Only whoever was signed in: a stranger's request must not empty anybody's browser.
    assert (again.status, "clear-site-data" in again.headers) == (401, False)


async def test_signing_out_everywhere_ends_streams_and_sockets_within_a_second(
    upstream: Upstream, server: Server, visitor: Visitor
) -> None:
    upstream.when_asked("Until when?", says(*words(500), every=0.01))
    async with signed_in_visitor(server.url) as elsewhere, elsewhere.socket() as socket:
        turn = await elsewhere.ask("Until when?")
        async with asyncio.TaskGroup() as tasks:
            streaming = tasks.create_task(elsewhere.hear_out(turn))
            silent = tasks.create_task(last_word(socket.connection))
            await asyncio.sleep(0.2)

            asked_at = time.monotonic()
            signed_out = await visitor.call("DELETE", "/api/session?everywhere=true")

        took = time.monotonic() - asked_at
        after = await elsewhere.get("/api/me")

    assert signed_out.status == 204
    assert took < 1
    assert silent.result() == SESSION_ENDED
    assert streaming.result()[-1].type == "text-delta"
    assert (after.status, after.code) == (401, "not-signed-in")


async def test_what_is_being_taken_out_is_cut_off_when_its_session_ends(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        await _fill_audit_trail(server.database)
        async with visitor.http.get(f"{server.url}/api/audit/export") as taken:
            first = await taken.content.readline()
            signed_out = await visitor.delete("/api/session")

            with pytest.raises(aiohttp.ClientPayloadError):
                await taken.read()

    assert b'"sequence":1,' in first
    assert signed_out.status == 204


async def test_results_of_a_batch_are_cut_off_when_the_session_ends(visitor: Visitor) -> None:
    rows = "".join(f"{number},{'x' * 1000}\n" for number in range(20_000))
    made = await visitor.call(
        "POST",
        "/api/batches?name=large",
        raw=f"number,text\n{rows}".encode(),
        headers={"Content-Type": "text/csv"},
    )
    assert made.status == 201, made
    async with signed_in_visitor(visitor.url) as elsewhere:
        address = f"{visitor.url}/api/batches/{made.body['id']}/results"
        async with elsewhere.http.get(address) as taken:
            first = await taken.content.readline()
            signed_out = await elsewhere.delete("/api/session")

            with pytest.raises(aiohttp.ClientPayloadError):
                await taken.read()

    await visitor.delete(f"/api/batches/{made.body['id']}")
    assert b"number,text," in first
    assert signed_out.status == 204


async def _fill_audit_trail(path: Path) -> None:
    """With more than waits in a connection to be read."""
    database = SqliteDatabase(path)
    act, now = Act("route.made", SYSTEM, details={"text": "x" * MAX_TEXT}), SystemClock().now()

    def unit(connection: Connection) -> None:
        for _ in range(20_000):
            record(connection, act, now=now)

    await database.write(unit)
    await asyncio.to_thread(database.close)


async def last_word(connection: aiohttp.ClientWebSocketResponse) -> int | None:
    async for _ in connection:
        pass
    return connection.close_code


async def test_signing_out_here_leaves_the_others_signed_in(
    server: Server, visitor: Visitor
) -> None:
    async with signed_in_visitor(server.url) as elsewhere, elsewhere.socket() as socket:
        await visitor.call("DELETE", "/api/session")

        assert (await visitor.get("/api/me")).code == "not-signed-in"
        assert (await socket.command("ping"))["type"] == "answer"


async def test_the_answer_goes_on_without_the_person_who_signed_out(
    upstream: Upstream, server: Server
) -> None:
    upstream.when_asked("Go on without me.", says(*words(60), every=0.01))
    async with signed_in_visitor(server.url) as visitor:
        turn = await visitor.ask("Go on without me.")
        await visitor.call("DELETE", "/api/session?everywhere=true")
    async with signed_in_visitor(server.url) as visitor:
        await visitor.hear_out(turn)

        assert (await visitor.turn(turn))["status"] == "finished"


async def test_a_session_whose_time_is_over_is_not_let_in(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", ARCANO_IDENTITY__SESSION_LIFETIME="PT3S") as (
        server,
        visitor,
    ):
        cookie = {"Cookie": "; ".join(f"{c.key}={c.value}" for c in visitor.http.cookie_jar)}
        conversation_id = await visitor.new_conversation()
        await asyncio.sleep(3.1)

        read = await visitor.call("GET", "/api/me", headers=cookie)
        written = await visitor.call(
            "POST", f"/api/conversations/{conversation_id}/turns", {}, headers=cookie
        )
        async with a_visitor(server.url) as stranger:
            address = f"{server.url}/api/ws"
            async with stranger.http.ws_connect(address, headers=cookie) as socket:
                code = await last_word(socket)

    assert (read.status, read.code) == (401, "not-signed-in")
    assert (written.status, written.code) == (401, "not-signed-in")
    assert code == SESSION_ENDED


async def test_guessing_passwords_is_slowed_down(tmp_path: Path) -> None:
    guess = {"email": EMAIL, "password": "wrong horse battery"}
    async with (
        a_server(tmp_path / "data", ARCANO_IDENTITY__ATTEMPTS_PER_ACCOUNT="3 per 1 minute") as s,
        signed_in_visitor(s.url) as visitor,
    ):
        wrong = [await visitor.post("/api/session", guess) for _ in range(3)]

        slowed = await visitor.post("/api/session", guess)
        right_but_late = await visitor.post("/api/session", {**guess, "password": PASSWORD})
        somebody_else = await visitor.post("/api/session", {**guess, "email": "x@example.org"})

    assert [answer.code for answer in wrong] == ["wrong-credentials"] * 3
    assert (slowed.status, slowed.code) == (429, "too-many-attempts")
    assert 1 <= int(slowed.headers["retry-after"]) <= 60
    assert slowed.body["retry_after"] == int(slowed.headers["retry-after"])
    assert right_but_late.code == "too-many-attempts"
    assert somebody_else.code == "wrong-credentials"


async def test_guesses_made_all_at_once_are_counted_too(tmp_path: Path) -> None:
    guess = {"email": EMAIL, "password": "wrong horse battery"}
    async with (
        a_server(tmp_path / "data", ARCANO_IDENTITY__ATTEMPTS_PER_ACCOUNT="3 per 1 minute") as s,
        signed_in_visitor(s.url) as visitor,
    ):
        answers = await asyncio.gather(*(visitor.post("/api/session", guess) for _ in range(20)))

    tried = [answer for answer in answers if answer.code == "wrong-credentials"]
    assert len(tried) <= 3


@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://127.0.0.1:1", "http://127.0.0.1"])
async def test_a_foreign_page_cannot_write(origin: str, visitor: Visitor) -> None:
    before = (await visitor.get("/api/conversations")).body["items"]

    answer = await visitor.call("POST", "/api/conversations", {}, headers={"Origin": origin})

    assert (answer.status, answer.code) == (403, "foreign-origin")
    assert (await visitor.get("/api/conversations")).body["items"] == before


async def test_a_foreign_page_cannot_open_the_socket(server: Server, visitor: Visitor) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitor.http.ws_connect(f"{server.url}/api/ws", origin=FOREIGN)

    assert refused.value.status == 403


async def test_our_own_page_can_do_both(server: Server, visitor: Visitor) -> None:
    written = await visitor.call("POST", "/api/conversations", {}, headers={"Origin": server.url})
    async with visitor.http.ws_connect(f"{server.url}/api/ws", origin=server.url) as socket:
        await socket.send_str('{"id": 1, "type": "ping"}')
        answer = await socket.receive_json()

    assert written.status == 201
    assert answer == {"type": "answer", "id": 1, "body": {}}


async def test_a_stranger_hears_nothing(server: Server, visitor: Visitor) -> None:
    turn = await visitor.ask("Who may hear this?")

    async with a_visitor(server.url) as stranger:
        for path in (
            f"/api/turns/{turn.id}",
            f"/api/turns/{turn.id}/events",
            f"/api/conversations/{turn.conversation_id}/messages",
            "/api/conversations",
            "/api/models",
            "/api/connections",
        ):
            answer = await stranger.get(path)
            assert (answer.status, answer.code) == (401, "not-signed-in")

"""The server's log as machines read it: each line has its request or its turn, and no line has a word of anybody's."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio
from tests.support.house import a_house
from tests.support.server import CANARY_KEY, Server
from tests.support.upstream import MODEL, Call, Upstream
from tests.support.visitor import PASSWORD, Visitor

from arcano.entrypoints.web import describe

CANARY = "canary-Qx7Zp2-of-what-people-write"
BEARER = "ak-canary-Vn4Ru8-of-a-program"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def talked(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[tuple[Server, str]]:
    """The log of a server that was asked at every door, with a canary in each place where people write."""

    async def fail(call: Call) -> None:
        await call.refuse(400, {"error": {"message": f"No: {CANARY} with {CANARY_KEY}"}})

    async def speak_nonsense(call: Call) -> None:
        await call.say(CANARY)
        call.cut()

    upstream.when_asked(f"{CANARY} refused", fail)
    upstream.when_asked(f"{CANARY} cut", speak_nonsense)
    settings = {
        "ARCANO_LOG_FORM": "json",
        "ARCANO_LOG_LEVEL": "debug",
        "OPENAI_API_KEY": CANARY_KEY,
    }
    folder = tmp_path_factory.mktemp("talked") / "data"
    async with a_house(upstream, folder, settings=settings) as (server, visitor):
        for how in ("refused", "cut", "answered"):
            turn = await visitor.ask(f"{CANARY} {how}")
            await visitor.hear_out(turn)
        await _ask_everywhere(server, visitor)
        server.ask_to_stop()
        await server.exit_code()
        yield server, turn.id


async def _ask_everywhere(server: Server, visitor: Visitor) -> None:
    """Every door of the description, with bodies, paths, queries, headers and keys that are canaries; signed in and not."""
    body = orjson.dumps(
        {
            "model": MODEL,
            "content": CANARY,
            "messages": [{"role": "user", "content": CANARY}],
            "name": CANARY,
            "key": CANARY_KEY,
            "password": CANARY,
            "title": CANARY,
        }
    )
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as stranger:
        for path, doors in describe()["paths"].items():
            for method in doors:
                if (method, path) == ("delete", "/api/session"):
                    continue
                address = server.url + path.replace("{", f"{CANARY}-").replace("}", "")
                for who, key in ((visitor.http, None), (stranger, BEARER)):
                    headers = {"Content-Type": "application/json", "User-Agent": CANARY}
                    if key is not None:
                        headers["Authorization"] = f"Bearer {key}"
                    await _once(who, method, f"{address}?q={CANARY}", body, headers)
        async with stranger.ws_connect(
            server.url.replace("http", "ws") + f"/api/ws?{CANARY}", headers={"Cookie": CANARY}
        ) as socket:
            await socket.receive()


async def _once(
    who: aiohttp.ClientSession, method: str, address: str, body: bytes, headers: dict[str, str]
) -> None:
    data = None if method == "get" else body
    try:
        async with (
            asyncio.timeout(3),
            who.request(method, address, data=data, headers=headers) as answer,
        ):
            await answer.content.read(2000)
    except TimeoutError:
        pass  # a stream that goes on: it was begun


def lines_of(server: Server) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in server.log.splitlines()]


async def test_every_line_is_json_with_the_same_names(talked: tuple[Server, str]) -> None:
    server, _ = talked
    lines = lines_of(server)

    assert len(lines) >= 4
    always = {"time", "level", "logger", "message", "request_id", "turn_id"}
    assert [line for line in lines if not always <= line.keys()] == []


async def test_what_is_logged_while_a_turn_is_written_names_the_turn_and_its_request(
    talked: tuple[Server, str],
) -> None:
    server, _ = talked
    failures = [line for line in lines_of(server) if " failed: " in line["message"]]

    assert len(failures) == 2
    for line in failures:
        assert line["turn_id"]
        assert line["turn_id"] in line["message"]
        assert line["request_id"]


async def test_no_line_has_a_word_that_somebody_wrote_nor_a_key(
    talked: tuple[Server, str],
) -> None:
    server, _ = talked

    for secret in (CANARY, CANARY_KEY, BEARER, PASSWORD):
        assert secret not in server.log, secret

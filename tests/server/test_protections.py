"""What the server tells browsers, and what it asks of them: seen from outside, over real sockets."""

import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from tests.support.house import a_house
from tests.support.server import Server, a_server
from tests.support.upstream import Upstream
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor

HOME = "https://chat.example.com"
EVIL = "https://evil.example"
SIGN_IN = {"email": EMAIL, "password": PASSWORD}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def policy_of(headers: dict[str, str]) -> dict[str, list[str]]:
    """The content security policy, directive by directive."""
    directives = headers["content-security-policy"].split(";")
    return {name: values for name, *values in (each.split() for each in directives)}


async def get(visitor: Visitor, path: str) -> tuple[int, dict[str, str], bytes]:
    async with visitor.http.get(visitor.url + path) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.status, headers, await response.read()


@pytest.mark.parametrize("path", ["/", "/c/some-conversation", "/assets/nothing.js", "/livez"])
async def test_the_page_runs_what_the_server_gives_and_nothing_else(
    path: str, visitor: Visitor
) -> None:
    _, headers, body = await get(visitor, path)
    policy = policy_of(headers)

    assert ALWAYS.items() <= headers.items()
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'"]
    assert "http" not in " ".join(policy["img-src"])
    for nothing in ("object-src", "base-uri", "frame-ancestors", "frame-src"):
        assert policy[nothing] == ["'none'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert policy["trusted-types"] == ["'none'"]
    assert "unsafe" not in headers["content-security-policy"]
    assert b"<script>" not in body
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("path", ["/api/me", "/api/nothing", "/api/openapi.json", "/api/models"])
async def test_an_answer_that_is_opened_as_a_page_is_dead(path: str, visitor: Visitor) -> None:
    _, headers, _ = await get(visitor, path)
    policy = policy_of(headers)

    assert ALWAYS.items() <= headers.items()
    assert policy["default-src"] == ["'none'"]
    assert policy["sandbox"] == []
    assert headers["cache-control"] == "no-store"
    assert "json" in headers["content-type"]


async def test_what_is_downloaded_is_a_file_and_not_a_page(visitor: Visitor) -> None:
    evil = "question\n<script>alert(1)</script>\n"
    made = await visitor.call(
        "POST", "/api/batches?name=evil", raw=evil.encode(), headers={"Content-Type": "text/csv"}
    )
    assert made.status == 201, made

    for kind in ("csv", "jsonl"):
        status, headers, _ = await get(
            visitor, f"/api/batches/{made.body['id']}/results?format={kind}"
        )
        assert status == 200
        assert headers["content-disposition"].startswith("attachment;")
        assert headers["content-type"].partition(";")[0] in ("text/csv", "application/jsonl")
        assert headers["x-content-type-options"] == "nosniff"
        assert policy_of(headers)["sandbox"] == []


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/xhtml+xml", ""])
async def test_a_file_that_could_run_is_not_taken(media_type: str, visitor: Visitor) -> None:
    refused = await visitor.call(
        "POST",
        "/api/batches?name=evil",
        raw=b"<svg onload=alert(1)>",
        headers={"Content-Type": media_type},
    )

    assert (refused.status, refused.code) == (422, "bad-batch-file")


@pytest.mark.parametrize(
    "path",
    ["/api/session", "/api/conversations", "/api/batches?name=many", "/api/connections"],
)
async def test_a_form_of_many_parts_is_not_taken_apart(path: str, visitor: Visitor) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nb\r\n'
    started = time.monotonic()

    refused = await visitor.call(
        "POST",
        path,
        raw=part * 90_000 + b"--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    # Of somebody who need not be known even less is read.
    assert refused.status == (413 if path == "/api/session" else 422), refused
    assert time.monotonic() - started < 5


async def test_a_form_that_is_larger_than_a_body_may_be_is_not_read(visitor: Visitor) -> None:
    refused = await visitor.call(
        "POST",
        "/api/conversations",
        raw=b"--x\r\n" * 2_000_000,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert (refused.status, refused.code) == (413, "payload-too-large")


@pytest.mark.parametrize("deep", [b"[" * 101 + b"]" * 101, b'{"a":' * 600 + b"1" + b"}" * 600])
async def test_a_body_that_is_too_deep_is_refused_at_every_door(
    deep: bytes, visitor: Visitor
) -> None:
    place = await visitor.new_conversation()
    paths = ["/api/session", "/api/connections", f"/api/conversations/{place}/turns"]

    answers = [await visitor.call("POST", path, raw=deep) for path in paths]
    async with visitor.socket() as socket:
        await socket.connection.send_str(deep.decode())
        farewell = await socket.connection.receive(5)

    assert [(answer.status, answer.code) for answer in answers] == [(422, "invalid-input")] * 3
    assert {"deep" in answer.body["detail"] for answer in answers} == {True}
    assert (farewell.type, farewell.data) == (aiohttp.WSMsgType.CLOSE, 1008)


async def test_what_nobody_sends_is_not_read_where_one_must_be_known(server: Server) -> None:
    async with a_visitor(server.url) as nobody:
        refused = await nobody.call("POST", "/api/conversations", raw=b"[" + b"[]," * 1_000_000)

    assert refused.code == "not-signed-in"


@pytest.mark.parametrize("path", ["/api/session", "/api/setup", "/api/tokens"])
async def test_where_nobody_must_be_known_little_is_read(path: str, server: Server) -> None:
    async with a_visitor(server.url) as nobody:
        refused = await nobody.call("POST", path, {**SIGN_IN, "more": ["owl"] * 100_000})

    assert refused.code == "payload-too-large"


async def test_a_page_of_somebody_else_neither_writes_nor_listens(
    server: Server, visitor: Visitor
) -> None:
    written = await visitor.call("POST", "/api/conversations", {}, headers={"Origin": EVIL})
    cross = {"Sec-Fetch-Site": "cross-site"}
    silent = await visitor.call("POST", "/api/conversations", {}, headers=cross)

    assert (written.status, written.code) == (403, "foreign-origin")
    assert (silent.status, silent.code) == (403, "foreign-origin")
    for headers in ({"Origin": EVIL}, {"Origin": "null"}, cross):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await visitor.http.ws_connect(f"{server.url}/api/ws", headers=headers)
        assert refused.value.status == 403


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def public(upstream: Upstream, tmp_path_factory: Any) -> AsyncGenerator[Server]:
    """A server that people reach by https, behind a proxy on this machine."""
    folder = tmp_path_factory.mktemp("public") / "data"
    async with a_server(
        folder,
        OPENAI_BASE_URL=upstream.base_url,
        ARCANO_PUBLIC_ORIGINS=f'["{HOME}"]',
        ARCANO_TRUSTED_PROXIES='["127.0.0.1"]',
    ) as server:
        async with a_visitor(server.url) as first:
            await first.set_up()
        yield server


def through_proxy(scheme: str) -> dict[str, str]:
    return {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": scheme}


async def cookie_of(server: Server, headers: dict[str, str]) -> str:
    async with a_visitor(server.url) as visitor:
        done = await visitor.call("POST", "/api/session", SIGN_IN, headers=headers)
        assert done.status == 201, done
        return done.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers",
    [through_proxy("https"), through_proxy("http"), {}, {"Origin": HOME}],
)
async def test_a_public_servers_cookie_comes_back_over_https_alone(
    headers: dict[str, str], public: Server
) -> None:
    cookie = await cookie_of(public, headers)

    assert {"Secure", "HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))


async def test_a_public_server_tells_browsers_to_come_by_https(public: Server) -> None:
    async with a_visitor(public.url) as visitor:
        for path in ("/", "/api/setup"):
            _, headers, _ = await get(visitor, path)
            assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": HOME.replace("https", "http"), "Host": "chat.example.com"},
        {"Origin": "http://chat.example.com", "Host": "chat.example.com", **through_proxy("http")},
        {"Origin": "http://chat.example.com", "Host": "chat.example.com", **through_proxy("https")},
    ],
)
async def test_a_page_that_came_without_encryption_can_do_nothing_at_a_public_server(
    headers: dict[str, str], public: Server
) -> None:
    async with a_visitor(public.url) as visitor:
        refused = await visitor.call("POST", "/api/session", SIGN_IN, headers=headers)

    assert (refused.status, refused.code) == (403, "insecure-connection")
    assert "set-cookie" not in refused.headers


async def sockets_fate(server: Server, headers: dict[str, str]) -> int:
    """The status of an upgrade, or the code that a socket is closed with at once."""
    async with a_visitor(server.url) as visitor:
        try:
            socket = await visitor.http.ws_connect(f"{server.url}/api/ws", headers=headers)
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status
        farewell = await socket.receive(5)
        await socket.close()
        return farewell.data


NOT_SIGNED_IN = 4401
"""How far a socket comes that is let in at all: nobody sent a cookie."""


@pytest.mark.parametrize(
    ("headers", "fate"),
    [
        ({}, 403),
        (through_proxy("http"), 403),
        (through_proxy("ws"), 403),
        ({"Origin": "http://chat.example.com", "Host": "chat.example.com"}, 403),
        ({"Origin": EVIL, **through_proxy("https")}, 403),
        (through_proxy("https"), NOT_SIGNED_IN),
        (through_proxy("wss"), NOT_SIGNED_IN),
        ({"Origin": HOME, **through_proxy("https")}, NOT_SIGNED_IN),
        ({"Origin": HOME}, NOT_SIGNED_IN),
    ],
)
async def test_a_public_server_opens_no_socket_that_is_not_encrypted(
    headers: dict[str, str], fate: int, public: Server
) -> None:
    assert await sockets_fate(public, headers) == fate


@pytest.mark.usefixtures("visitor")
async def test_at_home_everything_works_without_encryption(server: Server) -> None:
    assert await sockets_fate(server, {}) == NOT_SIGNED_IN
    assert "Secure" not in (await cookie_of(server, {})).split("; ")


@pytest.mark.usefixtures("visitor")
async def test_nobody_but_a_proxy_says_how_a_visitor_came(server: Server) -> None:
    """This server was told of no proxy: whoever speaks to it may write what they like."""
    cookie = await cookie_of(server, through_proxy("https"))

    assert "Secure" not in cookie.split("; ")


async def test_the_setting_asks_for_https_without_naming_an_address(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", ARCANO_HTTPS_ONLY="true") as (server, _):
        assert "Secure" in (await cookie_of(server, {})).split("; ")
        assert await sockets_fate(server, {}) == 403


async def test_a_visitor_cannot_shift_their_failed_sign_ins_to_somebody_else(
    upstream: Upstream, tmp_path: Path
) -> None:
    """What is counted is the address that the proxy saw, whatever stands before it."""
    settings = {
        "ARCANO_TRUSTED_PROXIES": '["127.0.0.1"]',
        "ARCANO_IDENTITY__ATTEMPTS_PER_ADDRESS": "3 per 5 minutes",
    }

    async def fails(visitor: Visitor, number: int, forwarded: str) -> int:
        wrong = {"email": f"nobody{number}@example.org", "password": "not the password"}
        headers = {"X-Forwarded-For": forwarded}
        return (await visitor.call("POST", "/api/session", wrong, headers=headers)).status

    async with (
        a_house(upstream, tmp_path / "data", settings=settings) as (server, _),
        a_visitor(server.url) as visitor,
    ):
        tried = [
            await fails(visitor, number, f"198.51.100.{number}, 203.0.113.7") for number in range(5)
        ]
        other = await fails(visitor, 9, "203.0.113.8")

    assert tried == [401, 401, 401, 429, 429]
    assert other == 401

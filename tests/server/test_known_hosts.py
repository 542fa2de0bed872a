"""A page whose name was led to this machine (DNS rebinding) neither makes the workspace its own nor asks for anything."""

from pathlib import Path

import aiohttp
import pytest
from tests.support.server import a_server
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor

OWNER = {"email": EMAIL, "password": PASSWORD, "name": "Ada"}


def page_at(host: str) -> dict[str, str]:
    """What a browser says for a page of this name that asks what it takes for its own server."""
    return {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}


async def set_up(visitor: Visitor, host: str) -> tuple[int, str]:
    answer = await visitor.call("POST", "/api/setup", OWNER, headers=page_at(host))
    return answer.status, answer.code if answer.status >= 400 else ""


async def test_on_a_laptop_a_foreign_name_is_answered_nothing(tmp_path: Path) -> None:
    async with a_server(tmp_path / "data") as server, a_visitor(server.url) as visitor:
        evil = f"evil.example:{server.port}"

        assert await set_up(visitor, evil) == (421, "unknown-host")
        read = await visitor.call("GET", "/api/setup", headers=page_at(evil))
        page = await visitor.call("GET", "/", headers=page_at(evil))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await visitor.http.ws_connect(f"{server.url}/api/ws", headers=page_at(evil))

        assert (read.code, page.code) == ("unknown-host", "unknown-host")
        assert (await visitor.get("/api/setup")).body == {"needed": True}
        assert await set_up(visitor, f"localhost:{server.port}") == (201, "")


async def test_behind_a_proxy_a_name_that_nobody_named_does_everything_but_set_up(
    tmp_path: Path,
) -> None:
    settings = {"ARCANO_TRUSTED_PROXIES": '["127.0.0.1"]'}
    async with (
        a_server(tmp_path / "data", settings=settings) as server,
        a_visitor(server.url) as visitor,
    ):
        assert await set_up(visitor, "chat.example.com") == (421, "unknown-host")
        await visitor.set_up()
        answer = await visitor.call(
            "POST",
            "/api/session",
            {"email": EMAIL, "password": PASSWORD},
            headers=page_at("chat.example.com"),
        )

    assert answer.status == 201


async def test_a_name_that_was_named_sets_up(tmp_path: Path) -> None:
    settings = {"ARCANO_PUBLIC_ORIGINS": '["http://chat.example.com"]'}
    async with (
        a_server(tmp_path / "data", settings=settings) as server,
        a_visitor(server.url) as visitor,
    ):
        assert await set_up(visitor, "evil.example") == (421, "unknown-host")
        assert await set_up(visitor, "chat.example.com") == (201, "")


async def test_where_names_are_allowed_no_other_is_answered(tmp_path: Path) -> None:
    settings = {
        "ARCANO_TRUSTED_PROXIES": '["127.0.0.1"]',
        "ARCANO_ALLOWED_HOSTS": '["chat.example.com"]',
    }
    async with (
        a_server(tmp_path / "data", settings=settings) as server,
        a_visitor(server.url) as visitor,
    ):
        mine = await visitor.call("GET", "/livez", headers={"Host": "chat.example.com"})
        other = await visitor.call("GET", "/livez", headers={"Host": "evil.example"})

    assert (mine.status, other.code) == (200, "unknown-host")

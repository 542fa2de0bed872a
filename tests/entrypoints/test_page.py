"""Serving the built page: hashed files for ever, the entry page fresh, and nothing else at all."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

from arcano.entrypoints.page import Page


@pytest.fixture
def page(tmp_path: Path) -> Page:
    folder = tmp_path / "web_dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("the entry page")
    (folder / "assets" / "main-abc.js").write_text("plain")
    (folder / "assets" / "main-abc.js.br").write_bytes(b"packed")
    (folder / "notes.txt").write_text("not for the public")
    (tmp_path / "secret.js").write_text("outside")
    return Page(folder)


async def get(
    page: Page, path: str, *, method: str = "GET", encoding: str = ""
) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "app": Starlette(),
        "headers": [(b"accept-encoding", encoding.encode())],
    }

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # the client stays and says nothing more
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    await page(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:])


@pytest.mark.parametrize("path", ["/", "/c/new", "/settings/models", "/index.html"])
async def test_every_address_of_the_page_gives_the_entry_page_fresh(page: Page, path: str) -> None:
    status, headers, body = await get(page, path)

    assert (status, body) == (200, b"the entry page")
    assert headers["cache-control"] == "no-cache"


async def test_a_hashed_file_is_kept_for_ever_and_sent_packed_where_that_is_understood(
    page: Page,
) -> None:
    _, plain, body = await get(page, "/assets/main-abc.js")
    _, packed, packed_body = await get(page, "/assets/main-abc.js", encoding="gzip, br")

    assert (body, packed_body) == (b"plain", b"packed")
    assert "immutable" in plain["cache-control"]
    assert packed["content-encoding"] == "br"
    assert packed["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    ["/../secret.js", "/..%2fsecret.js", "/notes.txt", "//secret.js"],
)
async def test_nothing_but_the_page_is_ever_served(page: Page, path: str) -> None:
    _, _, body = await get(page, path)

    assert body == b"the entry page"


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/nothing", "/v1/nothing", "/assets/gone-123.js", "/assets/../../secret.js"],
)
async def test_what_programs_ask_for_in_vain_is_not_found(page: Page, path: str) -> None:
    status, _, body = await get(page, path)

    assert (status, orjson.loads(body)["code"]) == (404, "not-found")


async def test_the_page_cannot_be_written_to(page: Page) -> None:
    status, headers, _ = await get(page, "/", method="POST")

    assert (status, headers["allow"]) == (405, "GET, HEAD")


async def test_a_page_that_was_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    status, _, body = await get(Page(tmp_path), "/")

    assert status == 503
    assert b"make serve" in body

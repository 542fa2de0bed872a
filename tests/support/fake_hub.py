"""A hub of model files on loopback that behaves like the real one, and badly when told to.

A file's own address answers with a redirect that says what the file is; the bytes come from another path
(or, with `bytes_from`, from another host), by range, with an etag of their own. Its API lists repositories.
`MOVED` is what its repository was called before; from there every address leads on.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

REPOSITORY = "maker/model-gguf"
MOVED = "maker/moved-gguf"
FILE = "model.gguf"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(slots=True)
class FakeHub:
    """What it serves and how. Change a field, and the next request is answered so.

    `files` are served beside `content`, which is `model.gguf`. `cut_after`: so many bytes of an answer,
    then the connection breaks; used up one by one. `statuses`: what the next requests for bytes get
    instead of them. `shows_pages`: its API answers as a web server that has none. `pace` is the seconds that 64 KiB take. `bytes_from` is another host for the bytes.
    """

    content: bytes
    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    announces: bool = True
    lists: bool = True
    shows_pages: bool = False
    next_page: str | None = None
    lists_at: str | None = None
    knows_ranges: bool = True
    etag: str = '"content-1"'
    linked_sha256: str | None = None
    linked_size: str | None = None
    redirect_to: str | None = None
    bytes_from: str = ""
    cut_after: list[int] = field(default_factory=list[int])
    statuses: list[int] = field(default_factory=list[int])
    pace: float = 0.0
    silent: bool = False
    ranges_asked: list[str | None] = field(default_factory=list[str | None])
    at_once: int = 0
    most_at_once: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def slow(self) -> bool:
        return self.pace > 0

    @slow.setter
    def slow(self, slow: bool) -> None:
        self.pace = 0.05 if slow else 0.0

    def bytes_of(self, file: str) -> bytes:
        return self.files.get(file, self.content)

    def sha256_of(self, file: str) -> str:
        told = self.linked_sha256 if file == FILE else None
        return told or hashlib.sha256(self.bytes_of(file)).hexdigest()

    async def redirect(self, request: web.Request) -> web.Response:
        file = request.match_info["file"]
        headers = {"Location": self.redirect_to or f"{self.bytes_from}/cdn/{file}"}
        if self.announces:
            headers["X-Linked-Etag"] = f'"{self.sha256_of(file)}"'
            headers["X-Linked-Size"] = self.linked_size or str(len(self.bytes_of(file)))
        return web.Response(status=302, headers=headers)

    async def describe(self, request: web.Request) -> web.Response:
        if self.lists_at:
            raise web.HTTPTemporaryRedirect(self.lists_at)
        if self.shows_pages:
            return web.Response(text="<!doctype html><p>Files</p>", content_type="text/html")
        if not self.lists or not self._is_known(request):
            return web.json_response({"error": "Repository not found"}, status=404)
        card = {"license": "apache-2.0"}
        return web.json_response({"id": REPOSITORY, "sha": "abc", "gated": False, "cardData": card})

    async def list(self, request: web.Request) -> web.Response:
        """Two files a page, with the next page in `Link`, as the real one does with many."""
        if self.shows_pages:
            return web.Response(text="<!doctype html><p>Files</p>", content_type="text/html")
        if not self.lists or not self._is_known(request):
            return web.json_response({"error": "Repository not found"}, status=404)
        names = sorted({FILE, *self.files, "README.md"})
        start = int(request.query.get("cursor", "0"))
        headers: dict[str, str] = {}
        if start + 2 < len(names):
            path = request.path
            following = self.next_page or f"{self.address}{path}?cursor={start + 2}"
            headers["Link"] = f'<{following}>; rel="next"'
        entries = [self._entry(name) for name in names[start : start + 2]]
        return web.json_response(entries, headers=headers)

    def _is_known(self, request: web.Request) -> bool:
        return self.announces and request.match_info["repo"] == REPOSITORY.split("/")[1]

    def _entry(self, name: str) -> dict[str, Any]:
        size = len(self.bytes_of(name))
        entry: dict[str, Any] = {"type": "file", "path": name, "size": size, "oid": "0" * 40}
        if name.endswith(".gguf"):
            entry["lfs"] = {"oid": self.sha256_of(name), "size": size, "pointerSize": 135}
        return entry

    async def send(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range")
        self.ranges_asked.append(asked)
        if self.statuses:
            return web.Response(status=self.statuses.pop(0), headers={"Retry-After": "0"})
        content = self.bytes_of(request.match_info["file"])
        if request.headers.get("If-Range", self.etag) != self.etag or not self.knows_ranges:
            asked = None
        found = _RANGE.match(asked or "")
        start = int(found[1]) if found else 0
        end = min(int(found[2]) + 1, len(content)) if found and found[2] else len(content)
        if start >= len(content) and start:
            headers = {"Content-Range": f"bytes */{len(content)}"}
            return web.Response(status=416, headers=headers)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._send(request, content, start, end, partly=found is not None)
        finally:
            self.at_once -= 1

    async def _send(
        self, request: web.Request, content: bytes, start: int, end: int, *, partly: bool
    ) -> web.StreamResponse:
        headers = {"ETag": self.etag}
        if self.knows_ranges:
            headers["Accept-Ranges"] = "bytes"
        response = web.StreamResponse(status=206 if partly else 200, headers=headers)
        if partly:
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        response.content_length = end - start
        with suppress(ConnectionError):  # a downloader that was stopped says no farewell
            await response.prepare(request)
            await self._write(request, response, content[start:end])
        return response

    async def _write(self, request: web.Request, response: web.StreamResponse, rest: bytes) -> None:
        if self.silent:
            await asyncio.sleep(1)
        if self.cut_after:
            await response.write(rest[: self.cut_after.pop(0)])
            await asyncio.sleep(0.02)
            assert request.transport is not None
            request.transport.abort()
            return
        for at in range(0, len(rest), 64 * 1024):
            await response.write(rest[at : at + 64 * 1024])
            if self.pace:
                await asyncio.sleep(self.pace)


@web.middleware
async def _lead_on(request: web.Request, handler: Handler) -> web.StreamResponse:
    if MOVED in request.path:
        raise web.HTTPTemporaryRedirect(request.path_qs.replace(MOVED, REPOSITORY))
    return await handler(request)


@asynccontextmanager
async def a_hub(content: bytes) -> AsyncGenerator[FakeHub]:
    hub = FakeHub(content)
    app = web.Application()
    app.router.add_get("/{maker}/{repo}/resolve/{revision}/{file}", hub.redirect)
    app.router.add_get("/api/models/{maker}/{repo}", hub.describe)
    app.router.add_get("/api/models/{maker}/{repo}/tree/{revision}", hub.list)
    app.router.add_get("/cdn/{file}", hub.send)
    app.middlewares.append(_lead_on)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        hub.address = f"http://127.0.0.1:{port}"
        yield hub
    finally:
        await runner.cleanup()

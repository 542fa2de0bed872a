"""A hub of model files on loopback that behaves like the real one, and badly when told to.

The file's own address answers with a redirect that says what the file is; the bytes come from another
path, by range, with an etag of their own.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web

REPO_PATH = "/maker/model-gguf/resolve/main/model.gguf"


@dataclass(slots=True)
class FakeHub:
    """What it serves and how. Change a field, and the next request is answered so.

    `cut_after`: so many bytes of an answer, then the connection breaks; used up one by one.
    `statuses`: what the next requests for bytes get instead of them.
    """

    content: bytes
    address: str = ""
    announces: bool = True
    knows_ranges: bool = True
    etag: str = '"content-1"'
    linked_sha256: str | None = None
    redirect_to: str | None = None
    cut_after: list[int] = field(default_factory=list[int])
    statuses: list[int] = field(default_factory=list[int])
    slow: bool = False
    silent: bool = False
    ranges_asked: list[str | None] = field(default_factory=list[str | None])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    async def redirect(self, request: web.Request) -> web.Response:
        headers = {"Location": self.redirect_to or f"/cdn/{request.match_info['file']}"}
        if self.announces:
            headers["X-Linked-Etag"] = f'"{self.linked_sha256 or self.sha256}"'
            headers["X-Linked-Size"] = str(len(self.content))
        return web.Response(status=302, headers=headers)

    async def send(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range")
        self.ranges_asked.append(asked)
        if self.statuses:
            return web.Response(status=self.statuses.pop(0), headers={"Retry-After": "0"})
        if asked and request.headers.get("If-Range", self.etag) != self.etag:
            asked = None
        start = int(re.sub(r"\D", "", asked)) if asked and self.knows_ranges else 0
        if start >= len(self.content) and start:
            headers = {"Content-Range": f"bytes */{len(self.content)}"}
            return web.Response(status=416, headers=headers)
        return await self._send_from(request, start)

    async def _send_from(self, request: web.Request, start: int) -> web.StreamResponse:
        end = len(self.content)
        response = web.StreamResponse(status=206 if start else 200, headers={"ETag": self.etag})
        if start:
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{end}"
        response.content_length = end - start
        await response.prepare(request)
        rest = self.content[start:]
        if self.silent:
            await asyncio.sleep(1)
        if self.cut_after:
            await response.write(rest[: self.cut_after.pop(0)])
            await asyncio.sleep(0.02)
            assert request.transport is not None
            request.transport.abort()
            return response
        with suppress(ConnectionError):  # a downloader that was stopped says no farewell
            for at in range(0, len(rest), 64 * 1024):
                await response.write(rest[at : at + 64 * 1024])
                if self.slow:
                    await asyncio.sleep(0.05)
        return response


@asynccontextmanager
async def a_hub(content: bytes) -> AsyncGenerator[FakeHub]:
    hub = FakeHub(content)
    app = web.Application()
    app.router.add_get("/maker/model-gguf/resolve/main/{file}", hub.redirect)
    app.router.add_get("/cdn/{file}", hub.send)
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

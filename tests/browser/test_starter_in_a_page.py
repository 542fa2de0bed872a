"""Starter inside a browser: its file, as it is, in llama.cpp's build for web pages."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser
from tests.support.server import ROOT, free_port
from tests.support.starter import tells

from arcano.modelstore.starter import STARTER_FILE

WLLAMA = ROOT / "tests" / "wllama"
BUILD = WLLAMA / "node_modules" / "@wllama" / "wllama" / "esm"


@asynccontextmanager
async def a_page_with_its_own_model(model: Path) -> AsyncGenerator[str]:
    """The address of a page that runs this model by itself, and of nothing else."""

    async def page(_: web.Request) -> web.FileResponse:
        return web.FileResponse(WLLAMA / "index.html")

    async def file(_: web.Request) -> web.FileResponse:
        return web.FileResponse(model)

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/model.gguf", file), web.static("/wllama", BUILD)])
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


async def test_the_file_that_answers_on_the_server_answers_in_a_page(chromium: Browser) -> None:
    async with a_page_with_its_own_model(STARTER_FILE) as address:
        page = await chromium.new_page()
        await page.goto(address)
        answer = await page.evaluate("window.answer('What can you do?')")
        await page.close()

    assert tells(answer, "what-can-you-do")

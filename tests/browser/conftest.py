"""A real server, a real Chromium, and a person who knows what the page is called but not how it is built."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, StorageState, async_playwright
from tests.support.reader import a_browser_at
from tests.support.server import Server, a_server
from tests.support.upstream import Upstream
from tests.support.visitor import EMAIL, PASSWORD, signed_in_visitor

CHROMIUM = os.environ.get("ARCANO_TEST_CHROMIUM", "/usr/bin/chromium")  # noqa: TID251 - not a setting of ours
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NewPage = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives Chromium, in the loop where the upstream lives."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Server]:
    """A workspace that has its owner already, whichever test comes first."""
    data_dir = tmp_path_factory.mktemp("browser") / "data"
    async with a_server(data_dir, OPENAI_BASE_URL=upstream.base_url) as server:
        async with signed_in_visitor(server.url):
            pass
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def signed_in(server: Server, chromium: Browser) -> StorageState:
    """The cookies of the owner, who has come in by the page's own door."""
    context = await a_browser_at(chromium, server.url)
    page = await context.new_page()
    await page.goto("/")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_label("E-mail").wait_for(state="detached")
    state = await context.storage_state()
    await context.close()
    return state


async def set_up(page: Page) -> None:
    """Be the first person: fill in the form, and arrive at the first-run screen."""
    await page.goto("/")
    await page.get_by_label("Name").fill("Ada")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create the workspace").click()
    await page.get_by_role("button", name="Start with").wait_for()


@pytest_asyncio.fixture(loop_scope="session")
async def context(
    server: Server, chromium: Browser, signed_in: StorageState
) -> AsyncGenerator[BrowserContext]:
    """A browser of the owner's, with nothing open yet."""
    context = await a_browser_at(
        chromium, server.url, storage_state=signed_in, viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncGenerator[Page]:
    """A tab at a new conversation. What the page throws, or is kept from by its own policy, is an error of the test."""
    page = await context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.on("console", lambda said: thrown.append(said.text) if _is_policy(said.text) else None)
    await page.goto("/c/new")
    yield page
    assert thrown == []


def _is_policy(said: str) -> bool:
    return "Content Security Policy" in said or "requires 'Trusted" in said

"""Setting up a provider on the page, as whoever administers the workspace does it, and signing in by it right after."""

import sqlite3
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.support.reader import a_browser_at, axe_in_both_themes, composer, overflow
from tests.support.server import Server, a_server
from tests.support.sign_in_provider import CLIENT, SECRET, SignInProvider, a_sign_in_provider
from tests.support.visitor import EMAIL, PASSWORD, signed_in_visitor

from arcano.platform.clock import SystemClock


@pytest_asyncio.fixture(loop_scope="session")
async def company() -> AsyncGenerator[SignInProvider]:
    async with a_sign_in_provider(SystemClock()) as company:
        yield company


@pytest_asyncio.fixture(loop_scope="session")
async def bare(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Server]:
    """A workspace whose settings name no provider."""
    async with a_server(tmp_path_factory.mktemp("sign-in") / "data") as server:
        async with signed_in_visitor(server.url):
            pass
        yield server


async def fill_in(page: Page, company: SignInProvider) -> None:
    await page.get_by_role("button", name="Add a provider").click()
    form = page.get_by_role("dialog", name="Add a provider")
    await form.get_by_label("Name on the button").fill("Head office")
    await form.get_by_label("Issuer").fill(company.issuer)
    await form.get_by_label("Client ID").fill(CLIENT)
    await form.get_by_label("Client secret").fill(SECRET)
    await form.get_by_label("People who have no account here yet").select_option("let-in")
    await form.get_by_text("Groups, roles and more").click()
    await form.get_by_label("May be on this server").check()


@pytest.mark.parametrize("width", [1440, 390])
async def test_a_provider_is_added_used_switched_off_deleted_and_brought_back(
    bare: Server, company: SignInProvider, chromium: Browser, width: int
) -> None:
    context = await a_browser_at(chromium, bare.url, viewport={"width": width, "height": 900})
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")

    await fill_in(page, company)
    form = page.get_by_role("dialog", name="Add a provider")
    await expect(form.get_by_label("Address to register there")).to_have_value(
        f"{bare.url}/api/sign-in/company/callback"
    )
    await form.get_by_role("button", name="Test").click()
    await expect(form.get_by_role("list", name="What the test found")).to_contain_text(
        "publishes 1 of them"
    )
    assert await axe_in_both_themes(page) == []
    await form.get_by_role("button", name="Add", exact=True).click()
    section = page.get_by_role("region", name="Head office")
    await expect(section).to_contain_text("People sign in by it")
    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0

    stranger = await a_browser_at(chromium, bare.url)
    other = await stranger.new_page()
    await other.goto("/models")
    await other.get_by_role("link", name="Sign in with Head office").click()
    await other.get_by_role("heading", name="Models", level=1).wait_for()

    await page.reload()
    await page.get_by_role("button", name="What to do with Head office").click()
    await page.get_by_role("menuitem", name="Switch off").click()
    asked = page.get_by_role("dialog", name="Switch off Head office?")
    await expect(asked).to_contain_text("1 of them has no other way in")
    assert await axe_in_both_themes(page) == []
    await asked.get_by_role("button", name="Switch off").click()
    await expect(section).to_contain_text("Switched off")
    await other.get_by_role("dialog", name="Sign in again").wait_for()

    await page.get_by_role("button", name="What to do with Head office").click()
    await page.get_by_role("menuitem", name="Delete").click()
    asked = page.get_by_role("dialog", name="Delete Head office?")
    await asked.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("Only with a password")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(section).to_contain_text("Switched off")
    await page.get_by_role("button", name="What to do with Head office").click()
    await page.get_by_role("menuitem", name="Switch on").click()
    await expect(section).to_contain_text("People sign in by it")

    await other.goto("/c/new")
    await other.get_by_role("link", name="Sign in with Head office").click()
    await expect(composer(other)).to_be_visible()
    await stranger.close()
    await context.close()


async def test_a_change_after_a_while_asks_once_more_who_it_is_and_keeps_the_form(
    bare: Server, company: SignInProvider, chromium: Browser
) -> None:
    context = await a_browser_at(chromium, bare.url)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await fill_in(page, company)
    long_ago(bare)

    await page.get_by_role("button", name="Add", exact=True).click()
    proof = page.get_by_role("dialog", name="Is it you?")
    await proof.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("region", name="Head office")).to_be_visible()
    await context.close()


def long_ago(server: Server) -> None:
    """As if everybody had shown hours ago who they are."""
    with sqlite3.connect(server.database) as database:
        database.execute("UPDATE sessions SET proved_at = 0")
    database.close()

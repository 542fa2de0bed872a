"""Signing in elsewhere as a person does it: by a button, there and back, and on the profile and the settings after that."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.support.reader import a_browser_at, axe_in_both_themes, composer, overflow
from tests.support.server import Server, a_server
from tests.support.sign_in_provider import CLIENT, SECRET, SignInProvider, a_sign_in_provider
from tests.support.visitor import EMAIL, signed_in_visitor

from arcano.platform.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Door:
    """A workspace with an owner, and a company whose people may come in."""

    server: Server
    company: SignInProvider


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Door]:
    async with a_sign_in_provider(SystemClock()) as company:
        settings = {
            "kind": "oidc",
            "issuer": company.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "new_people": "let-in",
        }
        providers = json.dumps({"company": settings, "second": {**settings, "label": "The other"}})
        data_dir = tmp_path_factory.mktemp("elsewhere") / "data"
        async with a_server(data_dir, ARCANO_IDENTITY__PROVIDERS=providers) as server:
            async with signed_in_visitor(server.url):
                pass
            yield Door(server, company)


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(door: Door, chromium: Browser) -> AsyncGenerator[Page]:
    """A browser in which nobody is signed in."""
    context = await a_browser_at(chromium, door.server.url)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto("/models")
    yield page
    await context.close()


async def test_a_button_leads_there_and_back_to_the_page_that_was_open(stranger: Page) -> None:
    button = stranger.get_by_role("link", name="Sign in with Company")
    await button.wait_for()
    clean = await axe_in_both_themes(stranger)

    await button.click()

    await stranger.get_by_role("heading", name="Models", level=1).wait_for()
    assert clean == []
    assert stranger.url.endswith("/models")


async def test_an_address_that_is_taken_is_explained_at_the_door(
    door: Door, stranger: Page
) -> None:
    door.company.people["ada"] = {"email": EMAIL, "sub": "somebody-else"}

    await stranger.get_by_role("link", name="Sign in with Company").click()

    await expect(stranger.get_by_role("alert")).to_contain_text("then link this one")
    assert "sign-in-failed" not in stranger.url
    assert await axe_in_both_themes(stranger) == []
    door.company.people.clear()


async def test_whoever_has_no_password_comes_in_again_when_the_session_has_ended(
    stranger: Page,
) -> None:
    await stranger.get_by_role("link", name="Sign in with Company").click()
    await stranger.get_by_role("heading", name="Models", level=1).wait_for()
    await stranger.context.clear_cookies()
    await stranger.get_by_role("link", name="Batch jobs").click()

    dialog = stranger.get_by_role("dialog", name="Sign in again")
    await dialog.get_by_role("link", name="Sign in with Company").click()

    await stranger.get_by_role("heading", name="Batch jobs", level=1).wait_for()
    await expect(dialog).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
async def test_an_account_is_linked_and_let_go_of_on_the_profile(
    door: Door, chromium: Browser, width: int
) -> None:
    async with signed_in_visitor(door.server.url) as owner:
        cookies = {c.key: c.value for c in owner.http.cookie_jar}
    context = await a_browser_at(chromium, door.server.url)
    context.set_default_timeout(10_000)
    await context.add_cookies(
        [{"name": name, "value": value, "url": door.server.url} for name, value in cookies.items()]
    )
    page = await context.new_page()
    await page.set_viewport_size({"width": width, "height": 900})
    door.company.people["ada"] = {"sub": f"the-owner-{width}"}
    await page.goto("/profile")

    await page.get_by_role("button", name="Link The other").click()

    await page.get_by_role("button", name="Unlink The other").wait_for()
    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0
    await page.get_by_role("button", name="Unlink The other").click()
    await page.get_by_role("button", name="Link The other").wait_for()
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Test Company").click()
    await expect(page.get_by_role("list", name="Test Company")).to_contain_text(
        "publishes 1 of them"
    )
    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0
    door.company.people.clear()
    await page.goto("/c/new")
    await expect(composer(page)).to_be_visible()
    await context.close()

"""What stays in the browser when a session is over: nothing of whoever signed out, and for whoever was cut off only their own words."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.support.members import Member, a_member
from tests.support.reader import a_browser_at, composer
from tests.support.server import Server
from tests.support.visitor import EMAIL, PASSWORD


@pytest_asyncio.fixture(loop_scope="session")
async def member(server: Server) -> AsyncGenerator[Member]:
    async with a_member(server) as member:
        yield member


@pytest_asyncio.fixture(loop_scope="session")
async def there(server: Server, chromium: Browser, member: Member) -> AsyncGenerator[Page]:
    """The member at a new conversation, with half a sentence written."""
    context = await a_browser_at(chromium, server.url)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.clock.install()
    await page.goto("/c/new")
    await sign_in(page, member.email)
    await page.evaluate("localStorage.setItem('arcano-theme', 'dark')")
    await composer(page).fill("Between us")
    await page.clock.run_for(1000)
    await expect_kept(page, "arcano-draft")
    yield page
    await context.close()


async def sign_in(page: Page, email: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await composer(page).wait_for()


async def expect_kept(page: Page, beginning: str) -> None:
    """Waits for it: a message written before the models are known leaves the composer when they are."""
    await page.wait_for_function(
        "beginning => Object.keys(localStorage).some(key => key.startsWith(beginning))",
        arg=beginning,
    )


async def kept(page: Page) -> list[str]:
    keys: list[str] = await page.evaluate("Object.keys(localStorage).sort()")
    return keys


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Account of").click()
    await page.get_by_role("menuitem", name="Sign out", exact=True).click()


async def test_of_whoever_signs_out_nothing_stays(there: Page) -> None:
    await there.get_by_role("link", name="Models").first.click()
    await sign_out(there)
    await there.get_by_label("E-mail").wait_for()

    assert [key for key in await kept(there) if key != "arcano-theme"] == []
    assert "Between us" not in await there.content()
    await there.go_back()
    await there.get_by_label("E-mail").wait_for()
    assert "Between us" not in await there.content()


async def test_messages_that_were_not_sent_are_asked_about_and_go_with_the_session(
    there: Page,
) -> None:
    await there.route("**/api/conversations", lambda route: route.abort())
    await there.keyboard.press("Enter")
    await expect(there.get_by_text("Between us").first).to_be_visible()
    await expect_kept(there, "arcano-outbox")

    await sign_out(there)
    asked = there.get_by_role("dialog", name="Sign out all the same?")
    await expect(asked).to_contain_text("1 message was not sent yet")
    await asked.get_by_role("button", name="Cancel").click()
    await expect_kept(there, "arcano-outbox")
    await sign_out(there)
    await asked.get_by_role("button", name="Sign out").click()

    await there.get_by_label("E-mail").wait_for()
    assert [key for key in await kept(there) if key != "arcano-theme"] == []


async def test_a_page_whose_session_has_ended_is_covered_and_soon_forgotten_but_for_unsent_words(
    there: Page, member: Member
) -> None:
    await there.route("**/api/conversations", lambda route: route.abort())
    await there.keyboard.press("Enter")
    await expect_kept(there, "arcano-outbox")
    await there.context.clear_cookies()
    await there.get_by_role("link", name="Models").first.click()
    dialog = there.get_by_role("dialog", name="Sign in again")
    await dialog.wait_for()
    await expect(there.get_by_text("Between us")).to_have_count(0, timeout=1000)

    await there.clock.run_for(5 * 60_000 + 1000)
    await expect(dialog).to_have_count(0)
    assert "Between us" not in await there.content()
    await expect_kept(there, "arcano-outbox")

    await there.unroute("**/api/conversations")
    await there.goto("/c/new")
    await sign_in(there, member.email)
    await there.clock.run_for(1000)
    await expect(there.get_by_text("Between us").first).to_be_visible()


async def test_whoever_comes_after_somebody_else_finds_nothing_of_theirs(there: Page) -> None:
    await there.context.clear_cookies()
    await there.goto("/c/new")
    await expect_kept(there, "arcano-draft")

    await sign_in(there, EMAIL)

    await expect(composer(there)).to_have_value("")
    assert not any(key.startswith("arcano-draft") for key in await kept(there))


async def test_signing_out_in_one_tab_empties_the_others(there: Page) -> None:
    other = await there.context.new_page()
    await other.goto("/c/new")
    await expect(composer(other)).to_have_value("Between us")

    await sign_out(there)

    await other.get_by_label("E-mail").wait_for()
    assert "Between us" not in await other.content()
    assert [key for key in await kept(other) if key != "arcano-theme"] == []

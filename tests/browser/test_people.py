"""Somebody is invited at the page, joins by the link, and is out within a second when the owner says so."""

import time
from pathlib import Path

from playwright.async_api import Browser, Page, expect
from tests.browser.conftest import set_up
from tests.support.reader import a_browser_at, axe, overflow
from tests.support.server import a_server
from tests.support.upstream import an_upstream
from tests.support.visitor import PASSWORD


async def invite(page: Page) -> str:
    """The link of a new invitation, as the page shows it."""
    await page.get_by_role("button", name="Invite", exact=True).click()
    await page.get_by_role("button", name="Make the link").click()
    link = await page.get_by_role("textbox", name="Link").input_value()
    await expect(page.get_by_role("button", name="Copy the link")).to_be_focused()
    assert await axe(page) == []
    await page.keyboard.press("Escape")
    return link


async def expect_fit_for_all(page: Page, pictures: Path, name: str) -> None:
    """Readable in both themes, and as wide as the screen, on a desk and on a phone."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await axe(page) == []
        await page.screenshot(path=pictures / f"{name}-{scheme}.png", full_page=True)
    desk = page.viewport_size
    assert desk is not None
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await overflow(page) == 0
    assert await axe(page) == []
    await page.screenshot(path=pictures / f"{name}-phone.png", full_page=True)
    await page.set_viewport_size(desk)
    await page.emulate_media(color_scheme="light")


async def test_somebody_is_invited_joins_and_is_out_within_a_second(
    chromium: Browser, tmp_path: Path
) -> None:
    async with (
        an_upstream() as upstream,
        a_server(tmp_path / "data", OPENAI_BASE_URL=upstream.base_url) as server,
    ):
        owner = await (await a_browser_at(chromium, server.url)).new_page()
        grace = await (await a_browser_at(chromium, server.url)).new_page()
        await set_up(owner)

        # Alone, and told how that changes.
        await owner.goto("/people")
        await expect(owner.get_by_role("heading", name="It is only you so far")).to_be_visible()
        await expect_fit_for_all(owner, tmp_path, "alone")
        link = await invite(owner)
        await expect(owner.get_by_role("list", name="Open invitations")).to_be_visible()

        # Whoever has the link joins, with the keyboard alone.
        await grace.goto(link)
        await expect(grace.get_by_label("Name")).to_be_focused()
        await expect_fit_for_all(grace, tmp_path, "join")
        await grace.keyboard.type("Grace")
        await grace.keyboard.press("Tab")
        await grace.keyboard.type("grace@example.org")
        await grace.get_by_label("Password", exact=True).focus()
        await grace.keyboard.type(PASSWORD)
        await grace.keyboard.press("Enter")
        await expect(grace.get_by_role("button", name="Account of Grace")).to_be_visible()
        await grace.goto(link)
        await expect(grace.get_by_text("It was used, taken back, or is too old.")).to_be_visible()
        await grace.goto("/profile")
        await expect(grace.get_by_text("This device", exact=True)).to_be_visible()
        await expect_fit_for_all(grace, tmp_path, "profile")

        # She is changed, disabled, let in again by the way back, and deleted.
        await owner.reload()
        row = owner.get_by_role("listitem").filter(has_text="grace@example.org")
        await expect(row).to_be_visible()
        await expect_fit_for_all(owner, tmp_path, "people")
        await row.get_by_role("button", name="More for Grace").click()
        await owner.get_by_role("menuitem", name="Disable").click()
        began = time.monotonic()
        await expect(grace.get_by_text("Your session has ended.")).to_be_visible()
        assert time.monotonic() - began < 2  # a second, and what the browser takes to draw
        await owner.get_by_role("button", name="Undo").click()
        await expect(row.get_by_text("Disabled")).to_be_hidden()
        await row.get_by_role("button", name="More for Grace").click()
        await owner.get_by_role("menuitem", name="Delete").click()
        await expect(
            owner.get_by_role("dialog").get_by_text("Nothing else is theirs.")
        ).to_be_visible()
        assert await axe(owner) == []
        await owner.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(row).to_be_hidden()

        # The other pages.
        for path, title in (
            ("roles", "Roles"),
            ("groups", "No group yet"),
            ("access", "Registration"),
        ):
            await owner.goto(f"/{path}")
            await expect(owner.get_by_role("heading", name=title).first).to_be_visible()
            await expect_fit_for_all(owner, tmp_path, path)

"""A key is made at the page, shown once, used by a program, rotated and revoked; a service account gets one, too."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page, expect
from tests.browser.conftest import set_up
from tests.browser.test_people import expect_fit_for_all
from tests.support.reader import a_browser_at, axe
from tests.support.server import a_server
from tests.support.upstream import an_upstream
from tests.support.visitor import a_visitor


async def shown_key(page: Page) -> str:
    """The secret that the page shows this once."""
    await expect(page.get_by_role("button", name="Copy the key")).to_be_focused()
    return await page.get_by_role("textbox", name="Key").input_value()


async def test_a_key_is_made_used_rotated_and_revoked(chromium: Browser, tmp_path: Path) -> None:
    async with (
        an_upstream() as upstream,
        a_server(tmp_path / "data", OPENAI_BASE_URL=upstream.base_url) as server,
        a_visitor(server.url) as program,
    ):
        page = await (await a_browser_at(chromium, server.url)).new_page()
        await set_up(page)

        async def status_of(key: str) -> int:
            headers = {"Authorization": f"Bearer {key}"}
            return (await program.call("GET", "/api/models", headers=headers)).status

        # Made with the keyboard alone, and shown once.
        await page.goto("/keys")
        await expect(page.get_by_role("heading", name="No key yet")).to_be_visible()
        await expect_fit_for_all(page, tmp_path, "no-key")
        await page.get_by_role("button", name="Make a key").first.press("Enter")
        await expect(page.get_by_label("Name", exact=True)).to_be_focused()
        await page.keyboard.type("Nightly report")
        await page.get_by_role("checkbox", name="Arcano").press("Space")
        await page.get_by_text("Limits", exact=True).press("Enter")
        await expect_fit_for_all(page, tmp_path, "make-a-key")
        await page.get_by_role("dialog").get_by_role("button", name="Make a key").press("Enter")
        first = await shown_key(page)
        await expect_fit_for_all(page, tmp_path, "key-shown")
        await page.keyboard.press("Escape")
        assert await status_of(first) == 200

        # Rotated: both are good, and both are shown.
        row = page.get_by_role("listitem").filter(has_text="Nightly report")
        await expect(row).to_contain_text(f"sk-arc-…{first[-4:]}")
        assert first not in await page.content()
        await row.get_by_role("button", name="More for Nightly report").click()
        await page.get_by_role("menuitem", name="Rotate").click()
        assert await axe(page) == []
        await page.get_by_role("button", name="Rotate").click()
        second = await shown_key(page)
        await page.keyboard.press("Escape")
        await expect(row).to_contain_text(f"sk-arc-…{first[-4:]} goes on until")
        assert (await status_of(first), await status_of(second)) == (200, 200)
        await expect_fit_for_all(page, tmp_path, "keys")

        # Revoked after asking, and good for nothing at once.
        await row.get_by_role("button", name="More for Nightly report").click()
        await page.get_by_role("menuitem", name="Revoke").click()
        await expect(page.get_by_text(f"sk-arc-…{second[-4:]} opens nothing")).to_be_visible()
        await expect_fit_for_all(page, tmp_path, "revoke")
        await page.get_by_role("button", name="Revoke").click()
        await expect(row).to_have_count(0)
        async with asyncio.timeout(1):
            while (await status_of(first), await status_of(second)) != (401, 401):  # noqa: ASYNC110 - it asks a server
                await asyncio.sleep(0.05)

        # A service account gets one from the page of people.
        await page.goto("/people")
        await page.get_by_role("button", name="Add a service account").click()
        await page.get_by_label("Name", exact=True).fill("Robot")
        await page.get_by_role("button", name="Add", exact=True).click()
        await page.get_by_role("button", name="More for Robot").click()
        await page.get_by_role("menuitem", name="Keys").click()
        await expect(page.get_by_role("heading", name="Keys of Robot")).to_be_visible()
        await page.get_by_role("button", name="Make a key").first.click()
        await page.get_by_label("Name", exact=True).fill("Robot's own")
        await page.get_by_role("checkbox", name="Arcano").check()
        await page.get_by_role("dialog").get_by_role("button", name="Make a key").click()
        robots = await shown_key(page)
        assert await status_of(robots) == 200
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("listitem").filter(has_text="Robot's own")).to_be_visible()
        await expect_fit_for_all(page, tmp_path, "account-keys")

        # It is seen among everybody's, with its last use as soon as that is written down.
        await page.goto("/keys")
        await page.get_by_label("Whose").select_option("Everybody's")
        await expect(page.get_by_text("of Robot", exact=True)).to_be_visible()

        async def is_used() -> bool:
            await page.reload()
            await page.get_by_label("Whose").select_option("Everybody's")
            await expect(page.get_by_text("of Robot", exact=True)).to_be_visible()
            return await page.get_by_text("Used just now").count() == 1

        for _ in range(20):
            if await is_used():
                break
            await page.wait_for_timeout(1000)
        assert await is_used()
        await expect_fit_for_all(page, tmp_path, "everybodys-keys")

"""The audit page in a real browser: found by the address, by keyboard, on a phone and in both themes, and its rows checked."""

import asyncio
import re
from pathlib import Path

import orjson
import pytest
from playwright.async_api import Browser, Locator, Page, expect
from tests.support.audit_house import tamper
from tests.support.reader import a_browser_at, axe_in_both_themes, overflow
from tests.support.server import a_server
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor, signed_in_visitor

SIZES = {"wide": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return SIZES[request.param]


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="What was done").get_by_role("listitem")


async def a_morning(owner: Visitor) -> None:
    """A few deeds, one of them in vain."""
    await owner.call("DELETE", "/api/cache")
    made = await owner.post("/api/routes", {"name": "smart", "targets": [{"model": "wordy"}]})
    await owner.call("DELETE", f"/api/routes/{made.body['id']}?version={made.body['version']}")
    async with a_visitor(owner.url) as stranger:
        await stranger.post("/api/session", {"email": EMAIL, "password": "not the password"})


async def test_what_was_done_is_found_opened_kept_in_the_address_and_taken_out(
    page: Page,
) -> None:
    async with signed_in_visitor(page.url.split("/c/")[0]) as owner:
        await a_morning(owner)
    await page.goto("/models")
    await page.get_by_role("link", name="Audit").click()
    await expect(rows(page).first).to_contain_text("just now")

    # By keyboard: search, see it in the address, open the row, find others like it.
    await page.get_by_label("Search", exact=True).focus()
    await page.keyboard.type("smart")
    await expect(rows(page)).to_have_count(2)
    await expect(page).to_have_url("/audit?text=smart")
    await expect(rows(page).first).to_contain_text("Removed a route")
    await rows(page).first.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(rows(page).first).to_contain_text("route.removed")
    await expect(rows(page).first).to_contain_text("127.0.0.1")
    assert await axe_in_both_themes(page) == []
    await rows(page).first.get_by_role("button", name="Only this one").press("Enter")
    await expect(page.get_by_text("Only …")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Search", exact=True)).to_have_value("smart")
    await expect(rows(page)).to_have_count(2)

    # Nothing matches, and all is back with one press.
    await page.get_by_label("Outcome").select_option("Refused")
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    assert await axe_in_both_themes(page) == []
    await page.get_by_role("button", name="Clear all filters").press("Enter")
    await expect(page).to_have_url("/audit")
    await page.get_by_label("Outcome").select_option("Failed")
    await expect(rows(page).first).to_contain_text("Signed in")
    await expect(rows(page).first).to_contain_text("Somebody unknown")

    # What is taken out is what is shown.
    export = page.get_by_role("link", name="Export")
    await expect(export).to_have_attribute("href", re.compile("outcome=failed"))
    async with page.expect_download() as download:
        await export.click()
    file = await (await download.value).path()
    lines = (await asyncio.to_thread(file.read_bytes)).splitlines()
    assert {orjson.loads(line)["outcome"] for line in lines} == {"failed"}
    assert len(lines) == await rows(page).count()


async def test_the_page_is_clean_in_every_size(page: Page, size: tuple[int, int]) -> None:
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    await page.goto("/audit")
    await rows(page).first.locator("summary").click()

    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0


async def test_the_chain_is_verified_and_what_was_altered_is_named(
    chromium: Browser, tmp_path: Path
) -> None:
    async with a_server(tmp_path / "data") as server:
        async with signed_in_visitor(server.url) as owner:
            await a_morning(owner)
        context = await a_browser_at(chromium, server.url)
        page = await context.new_page()
        await page.goto("/audit")
        await page.get_by_label("E-mail").fill(EMAIL)
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.keyboard.press("Enter")

        await expect(page.get_by_text("Not verified since the server started")).to_be_visible()
        await page.get_by_role("button", name="Verify", exact=True).click()
        await expect(page.get_by_text("Verified up to row 8")).to_be_visible()
        assert await axe_in_both_themes(page) == []

        await asyncio.to_thread(
            tamper,
            server.database,
            "UPDATE audit_records SET actor_name = 'Eve' WHERE sequence = 3",
        )
        await page.get_by_role("button", name="Verify again").click()

        await expect(page.get_by_text("Row 3 was altered.")).to_be_visible()
        assert await axe_in_both_themes(page) == []
        await context.close()

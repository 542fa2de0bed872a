"""A machine with nothing: no key, no model file, no network. One opens the page, asks, and is answered sensibly."""

from pathlib import Path

from playwright.async_api import Browser, ViewportSize, expect
from tests.browser.conftest import set_up
from tests.support.reader import a_browser_at, answers, ask, axe, overflow
from tests.support.server import a_server
from tests.support.starter import ALONE, tells

PHONE: ViewportSize = {"width": 390, "height": 844}


async def test_a_new_workspace_says_what_starter_is_and_starter_says_what_it_can_do(
    chromium: Browser, tmp_path: Path
) -> None:
    async with a_server(tmp_path / "data", settings=ALONE) as server:
        context = await a_browser_at(chromium, server.url)
        page = await context.new_page()
        await set_up(page)
        await expect(page.get_by_role("heading", name="Starter is ready to answer")).to_be_visible()
        await expect(page.get_by_text("Knows Arcano, little else").first).to_be_visible()
        assert await axe(page) == []
        await page.screenshot(path=tmp_path / "first-run.png")

        await page.get_by_role("button", name="Start with Starter").click()
        await ask(page, "What can you do?")
        await expect(page.get_by_role("button", name="Regenerate").last).to_be_visible()
        said = await answers(page).last.locator("p").first.inner_text()
        await page.reload()
        await expect(answers(page).last).to_contain_text(said)
        await page.screenshot(path=tmp_path / "answered.png")

        await page.get_by_role("button", name="Model: ").click()
        await expect(page.get_by_role("option", name="Starter")).to_contain_text(
            "Knows Arcano, little else; pick a real model when you can"
        )
        assert await axe(page) == []
        await page.screenshot(path=tmp_path / "picker.png")
        await page.keyboard.press("Escape")
        await page.set_viewport_size(PHONE)
        assert await overflow(page) <= 0
        await page.screenshot(path=tmp_path / "phone.png")
        await context.close()

    assert tells(said, "what-can-you-do")

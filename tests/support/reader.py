"""What a person at the page does and sees, in their words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""WCAG A and AA, and best practice."""
AXE_COLOURS = ("color-contrast", "link-in-text-block")
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


_OVERFLOW = """async () => {
  // The page hears of a new size in the first frame, and stands otherwise in the second.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}"""


async def a_browser_at(chromium: Browser, url: str, **options: Any) -> BrowserContext:
    """A browser of its own for one person. Nothing moves in it: without a graphics card, motion costs more than all else."""
    return await chromium.new_context(base_url=url, reduced_motion="reduce", **options)


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def answers(page: Page) -> Locator:
    return page.get_by_role("article", name="Answer")


def questions(page: Page) -> Locator:
    return page.get_by_role("article", name="You")


async def ask(page: Page, text: str) -> None:
    await composer(page).fill(text)
    await expect(page.get_by_role("button", name="Send")).to_be_enabled()
    await page.keyboard.press("Enter")
    await expect(questions(page).last).to_contain_text(text)


async def answered(page: Page, text: str) -> None:
    """The last answer says this, and nothing is being written any more."""
    await expect(answers(page).last).to_contain_text(text)
    await expect(page.get_by_role("button", name="Stop")).to_have_count(0)


async def axe(page: Page, only: Sequence[str] = AXE_RULES) -> list[str]:
    """What axe-core finds wrong with the page as it is now. `only`: groups of rules, or rules."""
    # Evaluated, not added as a script: the page's own policy allows no script but its own.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate("only => axe.run({runOnly: only})", list(only))
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def axe_in_both_themes(page: Page) -> list[str]:
    """What axe-core finds in the light, and what of it depends on colours in the dark."""
    await page.emulate_media(color_scheme="light")
    light = await axe(page)
    await page.emulate_media(color_scheme="dark")
    return [*light, *(f"dark: {found}" for found in await axe(page, only=AXE_COLOURS))]


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window, once it is drawn for a window of this size."""
    width: int = await page.evaluate(_OVERFLOW)
    return width

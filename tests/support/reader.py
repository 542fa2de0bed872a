"""What a person at the page does and sees, in their words."""

from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


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


async def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is now (WCAG A and AA, and best practice)."""
    # Evaluated, not added as a script: the page's own policy allows no script but its own.
    await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate(
        "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width

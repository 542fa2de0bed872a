"""Asking again what was asked before: the answer is there at once, says what it is, and can be asked for anew."""

from playwright.async_api import Page, expect
from tests.support.reader import answered, answers, ask, axe, overflow
from tests.support.upstream import Upstream, says

QUESTION = "How many bones are in a hand?"
LABEL = "Answered before, just now"


async def ask_with_a_seed(page: Page) -> None:
    """In a new conversation, so that nothing was said before."""
    await page.goto("/c/new")
    await page.get_by_role("button", name="Parameters").click()
    await page.get_by_role("dialog", name="Parameters").get_by_label("Seed").fill("7")
    await page.keyboard.press("Escape")
    await ask(page, QUESTION)


async def test_what_was_asked_before_is_answered_at_once_and_can_be_asked_again(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked(QUESTION, says("Twenty", "-seven."))
    await ask_with_a_seed(page)
    await answered(page, "Twenty-seven.")
    await expect(page.get_by_text(LABEL)).to_have_count(0)

    await ask_with_a_seed(page)

    await answered(page, "Twenty-seven.")
    label = answers(page).last.get_by_text(LABEL)
    await expect(label).to_be_visible()
    assert len(upstream.calls_about(QUESTION)) == 1
    assert await axe(page) == []
    await page.reload()
    await expect(label).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await overflow(page) <= 0

    upstream.when_asked(QUESTION, says("Still ", "twenty-seven."))
    again = answers(page).last.get_by_role("button", name="Ask again")
    await again.focus()
    await page.keyboard.press("Enter")

    await answered(page, "Still twenty-seven.")
    await expect(page.get_by_text(LABEL)).to_have_count(0)
    await expect(answers(page).last.get_by_role("group", name="Versions")).to_contain_text("2/2")
    assert len(upstream.calls_about(QUESTION)) == 2

"""The context gauge in a real browser: it fills, says its parts, warns before it is full, and what happens then is chosen."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect
from tests.browser.conftest import set_up
from tests.support.reader import a_browser_at, answered, ask, axe, composer, overflow
from tests.support.server import a_server
from tests.support.upstream import Call, Upstream, an_upstream

WINDOW = 1_000
QUESTION = "How far is it to the next stop of the library van, and who is on it today? " * 5


async def reads_and_answers(call: Call) -> None:
    """Reports what it read, about as tokenizers do, and summarises where it is told to."""
    told = call.body["messages"]
    summarises = told[0]["role"] == "system"
    await call.say("The van was asked about many times." if summarises else "Not far at all.")
    await call.delta(finish_reason="stop")
    tokens = sum(len(message["content"]) for message in told) // 4
    usage = {"prompt_tokens": tokens, "completion_tokens": 5}
    await call.event({"choices": [], "usage": usage})
    await call.send(b"data: [DONE]\n\n")
    await call.end()


@asynccontextmanager
async def at_a_small_window(
    chromium: Browser, folder: Path, **context: object
) -> AsyncGenerator[tuple[Page, Upstream]]:
    async with an_upstream() as upstream:
        upstream.window = WINDOW
        upstream.otherwise = reads_and_answers
        async with a_server(folder / "data", OPENAI_BASE_URL=upstream.base_url) as server:
            browser = await a_browser_at(chromium, server.url, **context)
            browser.set_default_timeout(10_000)
            page = await browser.new_page()
            await set_up(page)
            await page.goto("/c/new")
            yield page, upstream
            await browser.close()


def meter(page: Page) -> Locator:
    return page.get_by_role("meter", name="Context")


def parts(page: Page) -> Locator:
    return page.get_by_role("dialog", name=re.compile("^Context"))


async def full(page: Page) -> int:
    return int(await meter(page).get_attribute("aria-valuenow") or "0")


async def test_the_gauge_fills_while_one_writes_and_shows_its_parts(
    chromium: Browser, tmp_path: Path
) -> None:
    async with at_a_small_window(chromium, tmp_path) as (page, _):
        await expect(meter(page)).to_have_attribute("aria-valuenow", "0")
        await composer(page).fill(QUESTION)
        await expect(meter(page)).not_to_have_attribute("aria-valuenow", "0")
        drafted = await full(page)
        await ask(page, QUESTION)
        await answered(page, "Not far at all.")
        await expect(meter(page)).to_have_attribute(
            "aria-valuetext", re.compile(r"of 750.tokens, \d+.% full")
        )
        await expect(meter(page)).not_to_have_attribute("aria-valuenow", "0")
        assert abs(await full(page) - drafted) <= 4

        await composer(page).focus()
        await page.keyboard.press("Shift+Tab")

        await expect(parts(page).get_by_text("Conversation")).to_be_visible()
        await expect(parts(page).get_by_text("Kept for the answer")).to_be_visible()
        assert await axe(page) == []
        await page.keyboard.press("Escape")
        await expect(parts(page)).to_have_count(0)
        await meter(page).hover(force=True)
        await expect(parts(page)).to_be_visible()

        # Left by the mouse, it opens for the keyboard as before; Escape leads back to where it opened from.
        await page.mouse.move(5, 5)
        await expect(parts(page)).to_have_count(0)
        await composer(page).focus()
        await page.keyboard.press("Shift+Tab")
        await expect(parts(page)).to_be_visible()
        await page.keyboard.press("Tab")
        await expect(parts(page).get_by_role("radio").first).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(parts(page)).to_have_count(0)
        await expect(page.get_by_role("button", name="Show what fills the context")).to_be_focused()


async def test_before_it_is_full_one_is_warned_and_then_told_what_was_left_out(
    chromium: Browser, tmp_path: Path
) -> None:
    async with at_a_small_window(chromium, tmp_path) as (page, upstream):
        warning = page.get_by_role("status").filter(has_text="The context is")
        while await warning.count() == 0:
            await ask_again(page, upstream)
            await page.wait_for_timeout(300)
        await expect(warning).to_contain_text("the oldest messages are left out")
        assert await axe(page) == []

        note = page.get_by_text(re.compile(r"earlier messages were left out here"))
        while await note.count() == 0:
            await ask_again(page, upstream)

        await page.reload()
        await expect(note.last).to_be_visible()


async def test_on_a_phone_a_summary_is_chosen_made_and_read(
    chromium: Browser, tmp_path: Path
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    async with at_a_small_window(chromium, tmp_path, **phone) as (page, upstream):
        await ask_again(page, upstream)
        await page.get_by_role("button", name="Show what fills the context").tap()
        choice = parts(page).get_by_role("radio", name=re.compile("Summarise the older part"))
        await choice.tap()
        await expect(choice).to_be_checked()
        await expect(parts(page).get_by_label("Summarised by")).to_be_visible()
        assert await axe(page) == []
        assert await overflow(page) == 0
        await page.keyboard.press("Escape")

        note = page.get_by_role("button", name=re.compile(r"earlier messages were summarised"))
        while await note.count() == 0:
            await ask_again(page, upstream)
        await note.first.tap()

        await expect(page.get_by_text("The van was asked about many times.").first).to_be_visible()
        sent = upstream.calls[-1].body["messages"]
        assert sent[0]["role"] == "user"
        assert "The van was asked about many times." in sent[0]["content"]
        assert await axe(page) == []
        assert await overflow(page) == 0


async def ask_again(page: Page, upstream: Upstream) -> None:
    """Ask, and wait for the answer: one among many that are alike, of which not all are drawn."""
    asked = len(upstream.calls)
    await composer(page).fill(QUESTION)
    await page.get_by_role("button", name="Send").click()
    async with asyncio.timeout(10):
        while len(upstream.calls) == asked:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    await answered(page, "Not far at all.")

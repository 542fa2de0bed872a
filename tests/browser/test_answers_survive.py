"""Nothing written is lost: not by a refresh, a second tab, a cut line or a dead server."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, expect
from tests.browser.conftest import set_up
from tests.support.reader import a_browser_at, answered, answers, ask, composer, questions
from tests.support.server import a_server, free_port
from tests.support.upstream import Upstream, says, words

LONG = words(60, seed="w")
ALL = "".join(LONG).strip()


def slowly(upstream: Upstream, question: str) -> None:
    upstream.when_asked(question, says(*LONG, every=0.05))


async def test_a_refresh_in_the_middle_shows_the_same_answer_to_its_end(
    page: Page, upstream: Upstream
) -> None:
    slowly(upstream, "Refresh me.")
    await ask(page, "Refresh me.")
    await expect(answers(page).last).to_contain_text(LONG[10].strip())

    await page.reload()

    await expect(answers(page).last).to_contain_text(LONG[10].strip())
    await answered(page, ALL)
    assert len(upstream.calls_about("Refresh me.")) == 1


async def test_a_second_tab_hears_the_answer_while_it_is_written(
    page: Page, context: BrowserContext, upstream: Upstream
) -> None:
    slowly(upstream, "Both of you.")
    await ask(page, "Both of you.")
    await page.wait_for_url(re.compile(r"/c/[0-9a-f-]{36}"))
    second = await context.new_page()

    await second.goto(page.url)

    await expect(second.get_by_role("button", name="Stop")).to_be_visible()
    await asyncio.gather(answered(page, ALL), answered(second, ALL))


async def test_a_question_asked_in_one_tab_appears_in_the_other(
    page: Page, context: BrowserContext, upstream: Upstream
) -> None:
    await ask(page, "First here.")
    await answered(page, "An ordinary answer.")
    second = await context.new_page()
    await second.goto(page.url)
    await answered(second, "An ordinary answer.")
    upstream.when_asked("And now there?", says("Heard ", "everywhere."))

    await ask(page, "And now there?")

    await expect(questions(second).last).to_contain_text("And now there?")
    await answered(second, "Heard everywhere.")


async def test_what_is_sent_while_the_server_is_away_goes_out_when_it_is_back(
    page: Page, context: BrowserContext, upstream: Upstream
) -> None:
    upstream.when_asked("Into the void?", says("And ", "back."))
    await expect(page.get_by_role("button", name="Model: ")).to_be_visible()
    await context.set_offline(offline=True)
    await ask(page, "Into the void?")
    await expect(page.get_by_text("Not sent yet")).to_be_visible()

    await context.set_offline(offline=False)

    await answered(page, "And back.")
    assert len(upstream.calls_about("Into the void?")) == 1


async def test_a_draft_survives_a_refresh(page: Page) -> None:
    await composer(page).fill("Half a thought")
    await page.wait_for_timeout(600)

    await page.reload()

    await expect(composer(page)).to_have_value("Half a thought")
    await composer(page).fill("")


async def test_a_server_killed_in_the_middle_keeps_the_words_and_continues(
    chromium: Browser, upstream: Upstream, tmp_path: Path
) -> None:
    port = free_port()
    data_dir = tmp_path / "data"
    context = await a_browser_at(chromium, f"http://127.0.0.1:{port}")
    page = await context.new_page()
    upstream.when_asked("Will you survive?", says(*LONG, every=0.05))
    async with a_server(data_dir, port=port, OPENAI_BASE_URL=upstream.base_url):
        await set_up(page)
        await page.get_by_role("button", name="Start with").click()
        await ask(page, "Will you survive?")
        await expect(answers(page).last).to_contain_text(LONG[20].strip())
        await page.wait_for_timeout(300)
    await expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    async with a_server(data_dir, port=port, OPENAI_BASE_URL=upstream.base_url):
        await page.get_by_role("button", name="Continue").click(timeout=20_000)

        await answered(page, ALL)
    await context.close()

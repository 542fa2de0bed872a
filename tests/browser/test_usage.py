"""Usage and budgets in a real browser: what an answer cost, where it stands, and a budget from its beginning to its end."""

import asyncio
import csv
import io
import os
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from tests.support.reader import a_browser_at, axe_in_both_themes, overflow
from tests.support.server import a_server
from tests.support.upstream import Upstream, says, words
from tests.support.visitor import EMAIL, PASSWORD, signed_in_visitor

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
PICTURES = os.environ.get("ARCANO_TEST_PICTURES")  # noqa: TID251 - who runs the tests wants to look


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, upstream: Upstream, tmp_path: Path) -> AsyncGenerator[Page]:
    """A tab of the owner's, in a workspace that knows what its model costs."""
    settings = {
        "OPENAI_BASE_URL": upstream.base_url,
        "ARCANO_PROVIDERS__PRICES": '{"wordy": {"input": 1000, "output": 2000}}',
    }
    async with a_server(tmp_path / "data", settings=settings) as server:
        async with signed_in_visitor(server.url) as owner:
            for question in ("one?", "two?", "three?"):
                await owner.hear_out(await owner.ask(question))
        context = await a_browser_at(chromium, server.url)
        page = await context.new_page()
        await page.goto("/")
        await page.get_by_label("E-mail").fill(EMAIL)
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_label("E-mail").wait_for(state="detached")
        yield page
        await context.close()


async def keep_picture(page: Page, name: str) -> None:
    if PICTURES is not None:
        await page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


async def test_what_was_used_stands_on_the_page_and_in_the_file(page: Page) -> None:
    await page.goto("/usage")
    await expect(page.get_by_text("$0.04").first).to_be_visible()
    await expect(page.get_by_role("rowheader", name="wordy")).to_be_visible()

    await page.get_by_label("Whose").select_option("everybodys")
    await page.get_by_label("By").select_option("person")
    await expect(page.get_by_role("rowheader", name="Ada")).to_be_visible()
    assert await axe_in_both_themes(page) == []

    async with page.expect_download() as download:
        await page.get_by_role("link", name="CSV").click()
    file = await (await download.value).path()
    rows = list(csv.DictReader(io.StringIO(await asyncio.to_thread(file.read_text))))
    assert [row["cost_micros"] for row in rows] == ["13000"] * 3


@pytest.mark.parametrize("size", list(SIZES))
async def test_the_pages_are_clean_in_every_size_and_theme(page: Page, size: str) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    for address in ("/usage", "/budgets"):
        await page.goto(address)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await asyncio.sleep(0.5)
        assert await axe_in_both_themes(page) == []
        assert await overflow(page) <= 0
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme)
            await keep_picture(page, f"{address[1:]}-{size}-{theme}")


async def test_a_budget_is_added_warned_of_changed_deleted_and_brought_back(page: Page) -> None:
    await page.goto("/budgets")
    await expect(page.get_by_role("heading", name="There are no budgets")).to_be_visible()
    await page.get_by_role("button", name="Add a budget").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Add a budget").click()
    await expect(dialog.get_by_text("It needs a name.")).to_be_visible()
    await dialog.get_by_label("Name").fill("Everybody")
    await dialog.get_by_label("Amount").fill("0.1")
    await dialog.get_by_label("When it is used up").select_option("Only warn")
    await keep_picture(page, "budget-dialog")
    assert await axe_in_both_themes(page) == []
    await dialog.get_by_role("button", name="Add a budget").click()

    # What was used before it was made counts as well.
    bar = page.get_by_role("list", name="Budgets").get_by_role("listitem")
    await expect(bar).to_contain_text("$0.04 of $0.10 used, 39 %")
    await expect(bar).to_contain_text("only warns")

    async with signed_in_visitor(page.url.split("/budgets")[0]) as owner:
        await owner.hear_out(await owner.ask("one more?"))
    await expect(page.get_by_text("52 % of the budget “Everybody” is used.")).to_be_visible()
    await expect(bar).to_contain_text("$0.05 of $0.10 used, 52 %")
    await keep_picture(page, "budget-warned")

    await page.get_by_role("button", name="More for Everybody").click()
    await page.get_by_role("menuitem", name="Change").click()
    await dialog.get_by_label("Amount").fill("0.2")
    await dialog.get_by_role("button", name="Save").click()
    await expect(bar).to_contain_text("$0.05 of $0.20 used, 26 %")

    await page.get_by_role("button", name="More for Everybody").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.get_by_role("heading", name="There are no budgets")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(bar).to_contain_text("$0.05 of $0.20 used, 26 %")

    await page.goto("/usage")
    await expect(page.get_by_role("list", name="Budgets")).to_contain_text("Everybody")


async def test_an_answer_says_what_it_cost_and_the_conversation_what_all_did(page: Page) -> None:
    await page.goto("/c/new")
    field = page.get_by_role("textbox", name="Message")
    await field.fill("what does it cost?")
    await field.press("Enter")

    await expect(page.get_by_text("10 tokens · $0.01")).to_be_visible()
    await page.get_by_role("article").last.hover()
    await expect(page.get_by_text("3 tokens · $0.01")).to_be_visible()
    await keep_picture(page, "thread-cost")


@pytest.mark.parametrize("size", list(SIZES))
async def test_an_answer_is_rated_stays_so_and_is_counted(page: Page, size: str) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    await page.goto("/c/new")
    field = page.get_by_role("textbox", name="Message")
    await field.fill("is it any good?")
    await field.press("Enter")
    answer = page.get_by_role("article").last
    bad = answer.get_by_role("button", name="Bad answer")

    # By the keyboard alone: the buttons are there for whoever does not point.
    await bad.focus()
    await page.keyboard.press("Enter")
    reason = page.get_by_role("textbox", name="What was wrong with it?")
    await expect(reason).to_be_focused()
    await keep_picture(page, f"rating-reason-{size}")
    assert await axe_in_both_themes(page) == []
    await page.keyboard.type("It says too little.")
    await page.keyboard.press("Enter")
    await expect(reason).to_be_hidden()
    await expect(bad).to_have_attribute("aria-pressed", "true")

    await page.reload()
    await expect(bad).to_have_attribute("aria-pressed", "true")
    await expect(bad).to_have_attribute("data-tooltip", "Bad answer: It says too little.")
    await answer.hover()
    await keep_picture(page, f"rated-{size}")

    await page.goto("/usage")
    ratings = page.get_by_role("region", name="Ratings")
    await expect(ratings.get_by_role("row", name="wordy")).to_contain_text("0 %")
    await expect(page.get_by_text("Session length", exact=True)).to_be_visible()
    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0
    await ratings.scroll_into_view_if_needed()
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await keep_picture(page, f"rated-usage-{size}-{theme}")


async def test_a_rating_is_taken_back_and_leaves_nothing(page: Page) -> None:
    await page.goto("/c/new")
    field = page.get_by_role("textbox", name="Message")
    await field.fill("and now?")
    await field.press("Enter")
    good = page.get_by_role("button", name="Good answer")
    await good.click()
    await page.keyboard.press("Escape")
    await expect(good).to_have_attribute("aria-pressed", "true")

    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "false")

    await page.goto("/usage")
    await expect(page.get_by_text("No answer was rated in this time.")).to_be_visible()


async def test_while_an_answer_is_written_it_says_about_what_it_costs(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("how much so far?", says(*words(400), every=0.02))
    await page.goto("/c/new")
    field = page.get_by_role("textbox", name="Message")
    await field.fill("how much so far?")
    await field.press("Enter")

    so_far = page.get_by_text(re.compile(r"about \d+\stokens, \$\d"))
    await expect(so_far).to_be_visible()
    await keep_picture(page, "writing-cost")
    await page.get_by_role("button", name="Stop").click()
    await expect(so_far).to_be_hidden()

    # Another answer beside it: the branch that is shown costs less than both.
    await page.get_by_role("article").last.get_by_role("button", name="Regenerate").click()
    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_title("The answers that are shown")).to_contain_text("Shown")
    await expect(page.get_by_title("All answers of this conversation")).to_contain_text("In all")
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await keep_picture(page, f"branch-cost-{theme}")

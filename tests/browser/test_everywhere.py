"""Every page for everybody: without findings of axe, by keyboard alone, on a phone, in both themes."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from tests.support.reader import (
    a_browser_at,
    answered,
    answers,
    ask,
    axe_in_both_themes,
    composer,
    overflow,
)
from tests.support.server import Server
from tests.support.upstream import Call, Upstream, says, words
from tests.support.visitor import EMAIL, PASSWORD

SIZES = {"wide": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return SIZES[request.param]


async def as_seen(page: Page, size: tuple[int, int]) -> None:
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})


async def test_a_new_conversation_is_clean(page: Page, size: tuple[int, int]) -> None:
    await as_seen(page, size)
    await composer(page).wait_for()

    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0


async def test_a_conversation_with_everything_in_it_is_clean(
    page: Page, upstream: Upstream, size: tuple[int, int]
) -> None:
    async def breaks(call: Call) -> None:
        await call.say("Half an answer")
        call.cut()

    long_line = "x = " + " + ".join(f"some_long_name_{n}" for n in range(40))
    table = "|" + "|".join(f" column {n} " for n in range(12)) + "|\n|" + "---|" * 12
    row = "\n|" + "|".join(f" value {n} " for n in range(12)) + "|\n\n"
    upstream.when_asked(
        "All of it.",
        says(f"## A title\n\n{table}{row}```python\n{long_line}\n```\n\n$$\\sum_i i^2$$\n\nEnd."),
    )
    upstream.when_asked("And break.", breaks)
    await ask(page, "All of it.")
    await answered(page, "End.")
    await ask(page, "And break.")
    await page.get_by_role("alert").wait_for()
    await as_seen(page, size)
    await expect(answers(page).first.locator(".katex").first).to_be_visible()

    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0


async def test_an_answer_being_written_is_clean(page: Page, upstream: Upstream) -> None:
    upstream.when_asked("Slowly.", says(*words(200, seed="c"), every=0.1))
    await ask(page, "Slowly.")
    await expect(answers(page).last).to_contain_text("c3")
    await as_seen(page, SIZES["wide"])

    assert await axe_in_both_themes(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Continue").wait_for()
    assert await axe_in_both_themes(page) == []


async def test_the_pages_about_models_are_clean(page: Page, size: tuple[int, int]) -> None:
    await as_seen(page, size)
    for address, heading in (
        ("/models", "Models"),
        ("/routes", "Routes and fallback"),
        ("/routes/new", "Make a route"),
        ("/status", "Status"),
        ("/welcome", "ready to answer"),
    ):
        await page.goto(address)
        await page.get_by_role("heading", name=heading, level=1).wait_for()

        assert await axe_in_both_themes(page) == []
        assert await overflow(page) <= 0


async def test_the_door_is_clean_and_lets_the_right_person_in(
    server: Server, chromium: Browser, size: tuple[int, int]
) -> None:
    context = await a_browser_at(chromium, server.url)
    page = await context.new_page()
    await as_seen(page, size)
    await page.goto("/")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill("not the password")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("do not belong together")).to_be_visible()

    assert await axe_in_both_themes(page) == []
    assert await overflow(page) <= 0
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(composer(page)).to_be_visible()
    await context.close()


async def test_a_whole_conversation_needs_no_mouse(page: Page, upstream: Upstream) -> None:
    upstream.when_asked("By hand?", says("By ", "key."))
    await expect(composer(page)).to_be_focused()

    await page.keyboard.type("By hand?")
    await page.keyboard.press("Enter")
    await answered(page, "By key.")
    await page.keyboard.press("Control+Shift+O")

    await expect(page).to_have_url(f"{page.url.split('/c/')[0]}/c/new")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("By hand")
    await expect(page.get_by_role("option", name="By hand?").first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(answers(page).last).to_contain_text("By key.")
    await page.keyboard.press("Control+/")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_chosen_theme_is_there_before_the_first_paint(
    page: Page, context: BrowserContext
) -> None:
    await page.emulate_media(color_scheme="light")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("dark")
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    second = await context.new_page()
    await second.add_init_script(
        """new MutationObserver((_, seen) => {
             if (document.body) { window.first = document.documentElement.dataset.theme; seen.disconnect(); }
           }).observe(document, { childList: true, subtree: true });"""
    )

    await second.goto("/c/new")

    assert await second.evaluate("window.first") == "dark"


async def test_on_a_phone_the_list_is_a_drawer_and_the_thread_comes_first(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("On the way.", says("Small ", "screen."))
    await as_seen(page, SIZES["phone"])

    await ask(page, "On the way.")
    await answered(page, "Small screen.")
    await expect(page.get_by_role("region", name="Conversations")).to_have_count(0)
    await page.get_by_role("button", name="Conversations").click()

    drawer = page.get_by_role("dialog")
    await expect(drawer.get_by_role("link", name="On the way").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    small = await page.evaluate(
        """[...document.querySelectorAll('button, a')].filter(e => e.checkVisibility())
           .map(e => [e.getAttribute('aria-label') || e.textContent, e.getBoundingClientRect()])
           .filter(([, box]) => box.height && box.height < 43.5 && box.width < 43.5).map(([name]) => name)"""
    )
    assert small == []


async def test_text_twice_as_large_still_fits(page: Page) -> None:
    """A window of 720 x 450 is what 1440 x 900 becomes at 200 %."""
    await as_seen(page, (720, 450))
    await composer(page).wait_for()

    assert await overflow(page) <= 0


async def test_a_page_that_cannot_be_fetched_takes_nothing_else_with_it(page: Page) -> None:
    await composer(page).wait_for()
    await page.route("**/assets/ModelsRoute*", lambda route: route.abort())

    await page.get_by_role("link", name="Models").click()

    await page.get_by_role("heading", name="This page could not be shown").wait_for()
    assert await axe_in_both_themes(page) == []
    await page.get_by_role("link", name="Back to chats").click()
    await expect(composer(page)).to_be_visible()


async def test_what_is_written_from_the_right_begins_at_the_right(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("مرحبا؟", says("مرحبا `code`.\n\nAnd on."))

    await ask(page, "مرحبا؟")

    await answered(page, "And on.")
    await expect(page.get_by_role("heading", level=1)).to_have_css("direction", "rtl")
    await expect(answers(page).last.get_by_text("مرحبا")).to_have_css("direction", "rtl")
    await expect(answers(page).last.get_by_text("code", exact=True)).to_have_css("direction", "ltr")
    await expect(answers(page).last.get_by_text("And on.")).to_have_css("direction", "ltr")
    await composer(page).fill("مرحبا")
    await expect(composer(page)).to_have_css("direction", "rtl")

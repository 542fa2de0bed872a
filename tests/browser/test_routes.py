"""A route from its making to its first failure: made at the page, chosen, taken over, and seen in the status."""

import re
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect
from tests.browser.conftest import set_up
from tests.support.reader import a_browser_at, answered, answers, ask, axe, overflow
from tests.support.server import a_server
from tests.support.upstream import Call, Upstream, an_upstream, says

IN_THE_FILE = """
[[inference.routes]]
name = "steady"
targets = [{ model = "other", id = "rack-b" }]
"""


async def other_fails(call: Call) -> None:
    if call.body["model"] == "other":
        await call.refuse(500, {"error": {"message": "The GPU fell off the bus."}})
    else:
        await call.say("Here ", "instead.")
        await call.finish()


async def make_route(page: Page, name: str, *models: str) -> None:
    """By hand, as the page offers it."""
    await page.get_by_label("Name", exact=True).fill(name)
    for place, model in enumerate(models, start=1):
        await page.get_by_label(f"Model {place}").select_option(model)


def handle(page: Page, place: int) -> Locator:
    return page.get_by_role("button", name=re.compile("^Move ")).nth(place)


async def chosen(page: Page) -> list[str]:
    selects = await page.get_by_role("combobox").all()
    return [await select.input_value() for select in selects]


async def drag(page: Page, place: int, *, to: int) -> None:
    """By its handle, in one go, past the middle of the one whose place it takes."""
    grip = await handle(page, place).bounding_box()
    target = await handle(page, to).bounding_box()
    assert grip is not None
    assert target is not None
    x = grip["x"] + 10
    await page.mouse.move(x, grip["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(x, target["y"] + (60 if to > place else 0), steps=20)
    await page.mouse.up()


async def test_a_route_is_made_ordered_chosen_taken_over_and_seen_to_have_failed(
    chromium: Browser, tmp_path: Path
) -> None:
    (tmp_path / "arcano.toml").write_text(IN_THE_FILE)
    async with (
        an_upstream() as upstream,
        a_server(tmp_path / "data", OPENAI_BASE_URL=upstream.base_url) as server,
    ):
        upstream.when_asked("Who is there?", other_fails)
        context = await a_browser_at(chromium, server.url)
        page = await context.new_page()
        await set_up(page)

        # Made, and put into the other order with the keyboard.
        await page.goto("/models")
        await page.get_by_role("link", name="Routes and fallback").click()
        await expect(page.get_by_text("From arcano.toml")).to_be_visible()
        assert await axe(page) == []
        await page.get_by_role("button", name="Make a route").click()
        await expect(page.get_by_label("Name", exact=True)).to_be_focused()
        await make_route(page, "smart", "wordy", "other")
        await handle(page, 0).focus()
        await page.keyboard.press("ArrowDown")
        await expect(handle(page, 1)).to_be_focused()
        assert await chosen(page) == ["other", "wordy"]
        assert await axe(page) == []
        await page.get_by_role("button", name="Make the route").click()
        await expect(page.get_by_text("smart can be chosen now")).to_be_visible()
        behind = page.get_by_role("list", name="Models behind smart").get_by_role("listitem")
        await expect(behind).to_have_text(["1otherNot asked yet", "2wordyNot asked yet"])

        # Chosen; its first model fails, and the thread says who took over.
        await page.get_by_role("link", name="Back to chats").click()
        await page.get_by_role("button", name="Model:").click()
        routes = page.get_by_role("group", name="Routes")
        await expect(routes).to_contain_text("other or wordy")
        await routes.get_by_role("option", name="smart").click()
        await ask(page, "Who is there?")
        await answered(page, "Here instead.")
        await expect(answers(page).last.get_by_text("answered by wordy")).to_be_visible()

        # Seen in the status.
        await page.goto("/status")
        row = page.get_by_role("list", name="Targets").get_by_role("listitem")
        failed = row.filter(has=page.get_by_role("heading", name="other", exact=True))
        await expect(failed).to_contain_text("Fails")
        await expect(failed).to_contain_text("The GPU fell off the bus.")
        answering = row.filter(has=page.get_by_role("heading", name="wordy", exact=True))
        await expect(answering).to_contain_text("1 answered in the last hour")
        assert await axe(page) == []
        await context.close()


async def test_a_route_is_ordered_by_dragging_changed_and_brought_back(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("Still there?", says("Yes."))
    await page.goto("/routes")
    await page.get_by_role("button", name="Make one").click()
    await make_route(page, "team/dragged", "wordy", "other")
    await page.get_by_role("button", name="Make the route").click()

    await page.get_by_role("button", name="More for team/dragged").click()
    await page.get_by_role("menuitem", name="Edit").click()
    await page.get_by_role("heading", name="Edit team/dragged").wait_for()
    await page.get_by_role("button", name="Add a model").click()
    await drag(page, 0, to=2)
    assert await chosen(page) == ["other", "", "wordy"]
    await drag(page, 2, to=0)
    assert await chosen(page) == ["wordy", "other", ""]
    await page.get_by_role("button", name="Remove this model").click()
    await drag(page, 0, to=1)
    assert await chosen(page) == ["other", "wordy"]
    await page.get_by_role("button", name="Save").click()
    behind = page.get_by_role("list", name="Models behind team/dragged").get_by_role("listitem")
    await expect(behind.first).to_contain_text("other")

    await page.get_by_role("button", name="Undo").click()
    await expect(behind.first).to_contain_text("wordy")
    await page.get_by_role("button", name="More for team/dragged").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(behind).to_have_count(0)
    await page.get_by_role("button", name="Undo").last.click()
    await expect(behind.first).to_contain_text("wordy")

    await page.get_by_role("button", name="More for team/dragged").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.get_by_role("button", name="Make one")).to_be_visible()


async def test_on_a_phone_the_settings_pages_are_in_the_drawer(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto("/status")

    await page.get_by_role("button", name="Settings").click()
    drawer = page.get_by_role("dialog", name="Settings")
    assert await axe(page) == []
    await drawer.get_by_role("link", name="Routes and fallback").click()

    await expect(drawer).to_have_count(0)
    await page.get_by_role("button", name="Make one").click()
    await expect(page.get_by_label("Model 1")).to_be_visible()
    assert await axe(page) == []
    assert await overflow(page) <= 0
    await page.get_by_role("button", name="Settings").click()
    await drawer.get_by_role("link", name="Back to chats").click()
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()

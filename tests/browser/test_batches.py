"""A batch job in a real browser: from a file to a file, by keyboard and on a phone too."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from io import StringIO

from playwright.async_api import Page, expect
from tests.support.reader import axe, overflow
from tests.support.upstream import MODEL, Call, Upstream

PHONE = {"width": 390, "height": 844}
HEADER = "id,review\n"


def a_file(content: str, name: str = "reviews.csv") -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


async def give(page: Page, content: str, name: str = "reviews.csv") -> None:
    """Be at the first step with this file."""
    await page.goto("/batches/new")
    await page.get_by_role("button", name="Choose a file").wait_for()
    await page.locator("input[type=file]").set_input_files(a_file(content, name))  # pyright: ignore[reportArgumentType]  # a file by value


async def choose_model(page: Page) -> None:
    await page.get_by_role("button", name="Choose a model").click()
    option = page.get_by_role("option", name=MODEL).first
    await option.click()
    # While the list goes, it still keeps the focus in.
    await expect(option).to_be_hidden()


async def test_a_file_is_asked_row_by_row_and_comes_back_with_answers(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("Rate Warm light.", says_friendly)
    upstream.when_asked("Rate Broke at once.", says_friendly)
    upstream.when_asked("Rate Too rude.", refuses)
    await page.goto("/batches")
    await page.get_by_role("button", name="New batch job").wait_for()
    assert await axe(page) == []
    await page.get_by_role("button", name="New batch job").click()
    await page.get_by_role("link", name="Download an example file").wait_for()
    assert await axe(page) == []

    await give(page, HEADER + "1,Warm light.\n2,Broke at once.\n3,Too rude.\n")
    await expect(page.get_by_text("3 rows, 2 columns")).to_be_visible()
    await page.get_by_label("Prompt for each row").fill("Rate ")
    column = page.get_by_role("button", name="Insert review")
    await column.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Prompt for each row")).to_have_value("Rate {{ review }}")
    await expect(page.get_by_label("Prompt for each row")).to_be_focused()
    await choose_model(page)
    assert await axe(page) == []
    await page.get_by_role("button", name="See what will be asked").click()
    await expect(page.get_by_text("Rate Broke at once.")).to_be_visible()
    assert await axe(page) == []
    assert upstream.calls_about("Rate Warm light.") == []
    await page.get_by_role("button", name="Start with 3 rows").click()

    await expect(page.get_by_text("Finished")).to_be_visible(timeout=15_000)
    await expect(page.get_by_text("3 of 3 rows")).to_be_visible()
    await page.get_by_role("button", name="Failed 1").click()
    row = page.get_by_role("listitem").filter(has_text="Too rude.")
    await expect(row).to_contain_text("Not for this house.")
    assert await axe(page) == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download CSV").click()
    path = await (await download.value).path()
    text = await asyncio.to_thread(path.read_bytes)
    table = list(csv.DictReader(StringIO(text.decode("utf-8-sig"), newline="")))
    assert [(line["id"], line["answer"], line["status"]) for line in table] == [
        ("1", "Friendly.", "done"),
        ("2", "Friendly.", "done"),
        ("3", "", "failed"),
    ]


async def test_what_is_wrong_with_a_file_is_said_with_its_line_and_a_better_one_is_taken(
    page: Page,
) -> None:
    await give(page, HEADER + "1,two,three\n")

    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("Line 2 has 3 values")
    assert await axe(page) == []
    await page.locator("input[type=file]").set_input_files(a_file(HEADER + "1,two\n"))  # pyright: ignore[reportArgumentType]  # a file by value

    await expect(page.get_by_label("Prompt for each row")).to_be_visible()


async def test_a_running_job_is_paused_left_and_taken_up_again_on_a_phone(
    page: Page, upstream: Upstream
) -> None:
    gate = asyncio.Event()
    for number in range(40):
        upstream.when_asked(f"Row {number}", after(gate) if number > 4 else says_friendly)
    await page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]  # a mapping will do
    await give(page, "text\n" + "".join(f"Row {number}\n" for number in range(40)), "long one.csv")
    await page.get_by_label("Prompt for each row").fill("{{ text }}")
    await choose_model(page)
    assert await overflow(page) == 0
    await page.get_by_role("button", name="See what will be asked").click()
    await page.get_by_role("button", name="Start with 40 rows").click()
    await expect(page.get_by_text("5 of 40 rows")).to_be_visible(timeout=10_000)
    assert await axe(page) == []
    assert await overflow(page) == 0

    await page.get_by_role("button", name="Pause").click()
    await page.get_by_role("link", name="All batch jobs").click()
    item = page.get_by_role("listitem").filter(has_text="long one")
    await expect(item).to_contain_text("Paused")
    gate.set()
    await item.get_by_role("link", name="long one").click()
    await expect(page.get_by_text("long one").first).to_be_visible()
    await page.get_by_role("button", name="Resume").click()

    await expect(page.get_by_text("40 of 40 rows")).to_be_visible(timeout=20_000)
    assert all(len(upstream.calls_about(f"Row {number}")) == 1 for number in range(40))


async def says_friendly(call: Call) -> None:
    await call.say("Friendly.")
    await call.finish()


async def refuses(call: Call) -> None:
    await call.refuse(400, {"error": {"message": "Not for this house."}})


def after(gate: asyncio.Event) -> Callable[[Call], Awaitable[None]]:
    async def script(call: Call) -> None:
        await gate.wait()
        await says_friendly(call)

    return script

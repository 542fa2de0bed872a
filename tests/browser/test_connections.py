"""Connecting a server at the page, saying how its models should write, and seeing who did."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page, expect
from tests.browser.conftest import set_up
from tests.support.anthropic_upstream import an_anthropic_upstream, error, gives
from tests.support.reader import a_browser_at, answered, answers, ask, axe
from tests.support.server import a_server
from tests.support.upstream import Call, Upstream, an_upstream, says

MODELS = {
    "data": [
        {"id": "claude-haiku-4-5", "display_name": "Claude Haiku 4.5", "type": "model"},
        {"id": "claude-opus-4-5", "display_name": "Claude Opus 4.5", "type": "model"},
    ],
    "has_more": False,
}

RACKS = """
[[inference.routes]]
name = "wordy"
targets = [{ model = "wordy", id = "Rack A" }, { model = "other", id = "Rack B" }]
"""


async def test_a_provider_is_connected_by_its_kind_given_a_new_key_and_deleted(page: Page) -> None:
    async with an_anthropic_upstream() as provider:
        provider.then(gives(MODELS))
        await page.goto("/models")
        await page.get_by_role("button", name="Add a connection").click()
        kind = page.get_by_role("button", name="Anthropic")
        await kind.wait_for()
        assert await axe(page) == []
        await kind.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Key")).to_be_focused()
        await page.get_by_label("Key").fill("a-key-that-is-taken")
        await page.get_by_role("textbox", name="Address").fill(provider.base_url)
        await page.get_by_role("textbox", name="Name").fill("Our Claude")

        await page.get_by_role("button", name="Add and test").click()

        await expect(page.get_by_text("Our Claude is connected: two models")).to_be_visible()
        assert provider.asked[0].headers["x-api-key"] == "a-key-that-is-taken"

        provider.then(gives(error("authentication_error"), status=401))
        await page.get_by_role("button", name="More for Our Claude").click()
        await page.get_by_role("menuitem", name="Test").click()
        await page.get_by_role("button", name="Enter a new key").click()
        provider.then(gives(MODELS))
        dialog = page.get_by_role("dialog", name="Edit Our Claude")
        await dialog.get_by_label("Key").fill("another-key-altogether")
        await dialog.get_by_role("button", name="Save").click()
        row = page.get_by_role("list", name="Connections").get_by_role("listitem")
        row = row.filter(has_text="Our Claude")
        await expect(row.get_by_text("Key accepted")).to_be_visible()
        await expect(row.get_by_text("Key ends in")).to_contain_text("ther")
        assert provider.asked[-1].headers["x-api-key"] == "another-key-altogether"

        await page.get_by_role("button", name="More for Our Claude").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(row).to_have_count(0)


async def test_parameters_go_along_with_each_question_of_their_conversation(
    page: Page, upstream: Upstream
) -> None:
    upstream.when_asked("With care, please.", says("With ", "care."))
    upstream.when_asked("And again.", says("Once ", "more."))
    upstream.when_asked("As ever.", says("As ", "ever it was."))
    await page.get_by_role("button", name="Parameters").click()
    panel = page.get_by_role("dialog", name="Parameters")
    await panel.get_by_role("button", name="Precise").click()
    await panel.get_by_label("Seed").fill("7")
    await panel.get_by_label("Stop words").fill("END")
    assert await axe(page) == []
    await page.keyboard.press("Escape")

    await ask(page, "With care, please.")
    await answered(page, "With care.")
    await page.reload()
    await ask(page, "And again.")
    await answered(page, "Once more.")

    for question in ("With care, please.", "And again."):
        body = (await upstream.call_about(question)).body
        assert (body["temperature"], body["seed"], body["stop"]) == (0.2, 7, ["END"])
    await page.goto("/c/new")
    await expect(page.get_by_role("button", name="Parameters", exact=True)).to_be_visible()
    await ask(page, "As ever.")
    await answered(page, "As ever it was.")
    body = (await upstream.call_about("As ever.")).body
    assert not {"temperature", "seed", "stop"} & body.keys()


async def test_the_thread_says_who_took_over_and_who_answered(
    chromium: Browser, tmp_path: Path
) -> None:
    async def one_breaks_off(call: Call) -> None:
        if call.body["model"] == "wordy":
            await call.say("The hall ", "changes ", "two things. ")
            call.cut()
        else:
            await call.say("The first ", "is the echo. ")
            await seen.wait()
            await call.say("The end.")
            await call.finish()

    seen = asyncio.Event()
    (tmp_path / "arcano.toml").write_text(RACKS)
    async with (
        an_upstream() as upstream,
        a_server(tmp_path / "data", OPENAI_BASE_URL=upstream.base_url) as server,
    ):
        upstream.when_asked("Why an echo?", one_breaks_off)
        context = await a_browser_at(chromium, server.url)
        page = await context.new_page()
        await set_up(page)
        await page.goto("/c/new")

        await ask(page, "Why an echo?")

        switch = "Rack B went on after “hall changes two things”: Rack A failed."
        await expect(answers(page).last.get_by_text(switch)).to_be_visible(timeout=20_000)
        seen.set()
        await answered(page, "The hall changes two things. The first is the echo. The end.")
        await expect(answers(page).last.get_by_text("answered by Rack B")).to_be_visible()
        await context.close()

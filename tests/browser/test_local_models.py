"""A model for this machine, from looking for one to deleting it: found, paused, gone on with, loaded, asked, gone."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, expect
from tests.browser.conftest import set_up
from tests.support.fake_hub import FakeHub, a_hub
from tests.support.reader import a_browser_at, axe, overflow
from tests.support.server import a_server
from tests.support.tiny_gguf import write_tiny_gguf
from tests.support.upstream import Upstream

CATALOGUE = """
[[models]]
id = "tiny"
family = "Tiny"
name = "Tiny random"
description = "Says everyday words without sense."
licence = "Apache-2.0"
licence_url = "https://licence.invalid"
repo = "maker/model-gguf"
parameters = 130_000
layers = 2
kv_heads = 2
head_width = 32
context_tokens = 2048
variants = [
  { quantisation = "F32", files = ["model.gguf"] },
  { quantisation = "Q8_0", files = ["small.gguf"] },
]
"""
PHONE: ViewportSize = {"width": 390, "height": 844}


@asynccontextmanager
async def a_house(
    chromium: Browser, upstream: Upstream, folder: Path
) -> AsyncGenerator[tuple[Page, FakeHub]]:
    """A new workspace with its owner at the page of models, and a hub that has what its catalogue names."""
    content = write_tiny_gguf(folder / "tiny.gguf").read_bytes()
    data = folder / "data"
    data.mkdir()
    (data / "catalogue.toml").write_text(CATALOGUE)
    async with a_hub(content) as hub:
        hub.files = {"small.gguf": content}
        settings = {"ARCANO_MODELSTORE__HUB": hub.address}
        async with a_server(data, settings=settings, OPENAI_BASE_URL=upstream.base_url) as server:
            context = await a_browser_at(chromium, server.url)
            context.set_default_timeout(15_000)
            page = await context.new_page()
            await set_up(page)
            await page.goto("/models")
            yield page, hub
            await context.close()


async def test_a_model_is_found_paused_gone_on_with_loaded_and_deleted(
    chromium: Browser, upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(chromium, upstream, tmp_path) as (page, hub):
        hub.pace = 0.4
        await page.get_by_role("button", name="Find a model").click()
        finder = page.get_by_role("dialog", name="Find a model")
        await finder.get_by_role("searchbox", name="Search").fill("everyday words")
        await expect(finder.get_by_role("heading", level=3)).to_have_count(1)
        await finder.get_by_text("Two variants").click()
        assert await axe(page) == []
        variants = finder.get_by_role("list", name="Variants of Tiny random")
        await variants.get_by_role("button", name="Download Tiny random, F32").click()
        await expect(finder.get_by_role("progressbar", name="Tiny random")).to_be_visible()
        await page.keyboard.press("Escape")

        coming = page.get_by_role("list", name="On their way")
        await coming.get_by_role("button", name="Pause the download of Tiny random").click()
        await expect(coming.get_by_text("Paused")).to_be_visible()
        assert await axe(page) == []
        await page.reload()
        await expect(coming.get_by_text("Paused")).to_be_visible()
        hub.pace = 0.0
        await coming.get_by_role("button", name="Continue: Tiny random").click()

        here = page.get_by_role("list", name="Models on this machine")
        await expect(here.get_by_role("heading", name="Tiny random (F32)")).to_be_visible()
        await expect(coming).to_have_count(0)
        await here.get_by_role("button", name="Load Tiny random (F32)").click()
        await expect(here.get_by_text("Loaded", exact=True)).to_be_visible(timeout=30_000)
        await here.get_by_role("button", name="More for Tiny random (F32)").click()
        await page.get_by_role("menuitem", name="Delete").click()
        dialog = page.get_by_role("dialog", name="Delete Tiny random (F32)?")
        await expect(dialog).to_contain_text("It is unloaded first.")
        await dialog.get_by_role("button", name="Delete").click()

        await expect(page.get_by_text("No model file here yet.")).to_be_visible()
    assert not list((tmp_path / "data/models").glob("*.gguf"))


async def test_any_repository_of_the_hub_is_looked_up_by_keyboard_on_a_phone(
    chromium: Browser, upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(chromium, upstream, tmp_path) as (page, _hub):
        await page.set_viewport_size(PHONE)
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await page.get_by_role("button", name="Find a model").focus()
        await page.keyboard.press("Enter")
        name = page.get_by_role("textbox", name="From the hub")
        await name.fill("nobody/nothing")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("The hub has no repository of that name")).to_be_visible()

        await name.fill("maker/model-gguf")
        await page.keyboard.press("Enter")
        found = page.get_by_role("list", name="maker/model-gguf")
        await expect(found.get_by_role("listitem")).to_have_count(2)
        assert await axe(page) == []
        assert await overflow(page) <= 0
        await found.get_by_role("button", name="Download small").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")

        here = page.get_by_role("list", name="Models on this machine")
        await expect(here.get_by_role("heading", name="Tiny random (F32)")).to_be_visible()
        assert await axe(page) == []
        assert await overflow(page) <= 0


async def test_a_model_is_stored_smaller_and_the_new_one_appears(
    chromium: Browser, upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(chromium, upstream, tmp_path) as (page, _):
        models = tmp_path / "data" / "models"
        models.mkdir(exist_ok=True)
        write_tiny_gguf(models / "ours-F32.gguf")
        await page.get_by_role("button", name="Look for new files").click()
        await page.get_by_role("button", name="More for Tiny random").click()
        await page.get_by_role("menuitem", name="Store smaller").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("radio")).to_have_count(3)
        assert await axe(page) == []
        await dialog.get_by_role("button", name="Store", exact=True).click()

        await expect(page.get_by_role("button", name="More for Tiny random")).to_have_count(2)
        await expect(page.get_by_role("progressbar")).to_have_count(0)

    assert [path.name for path in sorted(models.iterdir())] == ["ours-F32.gguf", "ours-Q8_0.gguf"]

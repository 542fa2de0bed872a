"""A conversation is shared at the page, read and continued by somebody else; and a look into it is told to whose it is."""

from pathlib import Path

from playwright.async_api import Browser, Page, expect
from tests.browser.conftest import set_up
from tests.support.members import a_member
from tests.support.reader import a_browser_at, axe, overflow
from tests.support.server import a_server
from tests.support.upstream import an_upstream
from tests.support.visitor import PASSWORD


async def expect_fit_for_all(page: Page, pictures: Path, name: str) -> None:
    """Readable in both themes, on a desk and on a phone."""
    desk = page.viewport_size
    assert desk is not None
    for place, size in (("desk", desk), ("phone", {"width": 390, "height": 844})):
        await page.set_viewport_size(size)  # pyright: ignore[reportArgumentType] - a mapping of the same shape
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert await axe(page) == []
            assert await overflow(page) == 0
            await page.screenshot(path=pictures / f"{name}-{place}-{scheme}.png")
    await page.set_viewport_size(desk)
    await page.emulate_media(color_scheme="light")


async def sign_in(page: Page, email: str) -> None:
    await page.goto("/")
    await page.get_by_role("textbox", name="E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_conversation_is_shared_continued_taken_back_and_looked_into(
    chromium: Browser, tmp_path: Path
) -> None:
    async with (
        an_upstream() as upstream,
        a_server(tmp_path / "data", OPENAI_BASE_URL=upstream.base_url) as server,
    ):
        owner = await (await a_browser_at(chromium, server.url)).new_page()
        page = await (await a_browser_at(chromium, server.url)).new_page()
        await set_up(owner)
        async with a_member(server) as member:
            turn = await member.ask("Which tree is this?")
            await member.hear_out(turn)
            await sign_in(page, member.email)
            await expect(page.get_by_role("button", name="Account of Grace")).to_be_visible()
            await page.goto(f"/c/{turn.conversation_id}")

            # Shared by keyboard, to be continued.
            await page.get_by_role("button", name="Share", exact=True).focus()
            await page.keyboard.press("Enter")
            dialog = page.get_by_role("dialog")
            await expect(dialog.get_by_text("So far it is only yours.")).to_be_visible()
            await dialog.get_by_label("Share with").select_option(
                label="Everybody in this workspace"
            )
            await dialog.get_by_role("button", name="Share", exact=True).click()
            grants = dialog.get_by_role("list", name="Shared with")
            await expect(grants.get_by_role("listitem")).to_have_count(1)
            await expect_fit_for_all(page, tmp_path, "share")

            # Whoever it is shared with finds it at once, reads, and cannot write.
            await owner.goto("/c/new")
            shared = owner.get_by_role("region", name="Shared with me")
            await shared.get_by_role("link").click()
            await expect(owner.get_by_text("Grace shares this with you to read.")).to_be_visible()
            await expect(owner.get_by_role("article", name="Grace")).to_be_visible()
            await expect_fit_for_all(owner, tmp_path, "shared-with-me")

            # More is allowed: now they continue, and the question says whose it is.
            await grants.get_by_role("combobox").select_option("editor")
            await owner.get_by_role("textbox", name="Message").fill("How old is it?")
            await owner.keyboard.press("Enter")
            await expect(owner.get_by_role("article", name="You")).to_be_visible()
            await page.keyboard.press("Escape")
            await page.reload()
            await expect(page.get_by_role("article", name="Ada")).to_be_visible()
            await expect(page.get_by_role("img", name="Shared", exact=True)).to_be_visible()
            await expect_fit_for_all(page, tmp_path, "asked-by-others")

            # Taken back, with the way back, and gone at once.
            await page.get_by_role("button", name="Shared", exact=True).click()
            await page.get_by_role("button", name="Share no longer with Everybody").click()
            await expect(shared).to_be_hidden()
            await page.get_by_role("button", name="Undo").click()
            await expect(shared).to_be_visible()
            await page.keyboard.press("Escape")

            await look_into_it(owner, page, tmp_path)


async def look_into_it(owner: Page, page: Page, pictures: Path) -> None:
    """The policy is turned on, one look is made, and the other page says so by itself."""
    await owner.goto("/access")
    await owner.get_by_role("checkbox", name="Whoever has the permission").check()
    await owner.get_by_role("button", name="Save").click()
    await expect(owner.get_by_text("This holds from now on")).to_be_visible()
    await owner.goto("/people")
    await owner.get_by_role("button", name="Conversations of Grace").click()
    await owner.get_by_label("Reason").fill("A complaint.")
    await expect_fit_for_all(owner, pictures, "look")
    await owner.get_by_role("button", name="Look", exact=True).click()
    await owner.get_by_role("dialog").get_by_role("listitem").get_by_role("button").click()
    await expect(owner.get_by_text("Which tree is this?")).to_be_visible()
    await expect_fit_for_all(owner, pictures, "looked")

    notice = page.get_by_role("link", name="Somebody looked into your conversations")
    await expect(notice).to_be_visible()
    await notice.click()
    looks = page.get_by_role("list", name="Who looked into your conversations")
    await expect(looks.get_by_role("listitem")).to_have_count(2)
    await expect(looks.get_by_text("A complaint.").first).to_be_visible()
    await looks.scroll_into_view_if_needed()
    await expect_fit_for_all(page, pictures, "told")
    await page.get_by_role("button", name="Mark as seen").click()
    await expect(notice).to_be_hidden()

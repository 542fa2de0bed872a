"""A passkey in a real browser with a security key of its own: made on the profile, asked for at the door, taken away again.

WebAuthn knows no numbers for a host, so that everything here happens at `localhost`.
"""

from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Page, expect
from tests.support.reader import a_browser_at, axe_in_both_themes, composer
from tests.support.server import a_server
from tests.support.visitor import EMAIL, PASSWORD, signed_in_visitor

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest_asyncio.fixture(loop_scope="session")
async def at_home(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Page]:
    """The door of a workspace of its own, at an address that WebAuthn knows."""
    async with a_server(tmp_path_factory.mktemp("passkeys") / "data") as server:
        async with signed_in_visitor(server.url):
            pass
        context = await a_browser_at(chromium, server.url.replace("127.0.0.1", "localhost"))
        context.set_default_timeout(10_000)
        yield await context.new_page()
        await context.close()


async def tell(devtools: CDPSession, command: str, more: dict[str, Any] | None = None) -> Any:
    # Playwright does not type what it gives.
    untyped = cast("Any", devtools)
    return await untyped.send(command, more)


async def plug_in(page: Page) -> tuple[CDPSession, str]:
    """A security key whose owner touches it whenever it is asked."""
    devtools = await page.context.new_cdp_session(page)
    await tell(devtools, "WebAuthn.enable")
    made = await tell(devtools, "WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devtools, made["authenticatorId"]


async def give_password(page: Page) -> None:
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Account").click()
    await page.get_by_role("menuitem", name="Sign out", exact=True).click()
    await page.get_by_label("E-mail").wait_for()


async def test_a_passkey_is_made_asked_for_and_taken_away(at_home: Page) -> None:
    page = at_home
    devtools, authenticator = await plug_in(page)
    await page.goto("/profile")
    await give_password(page)

    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_label("What is it called?").fill("Key ring")
    await page.keyboard.press("Enter")
    codes = page.get_by_role("dialog", name="Keep these codes")
    await codes.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("button", name="Remove Key ring")).to_be_visible()
    kept = await tell(devtools, "WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert [one["rpId"] for one in kept["credentials"]] == ["localhost"]
    assert await axe_in_both_themes(page) == []

    await sign_out(page)
    await page.goto("/c/new")
    await give_password(page)
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(composer(page)).to_be_visible()
    used = await tell(devtools, "WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert used["credentials"][0]["signCount"] > kept["credentials"][0]["signCount"]

    await page.goto("/profile")
    await page.get_by_role("button", name="Remove Key ring").click()
    await expect(page.get_by_role("button", name="Remove Key ring")).to_have_count(0)
    await sign_out(page)
    await page.goto("/c/new")
    await give_password(page)
    await expect(composer(page)).to_be_visible()


async def test_another_security_key_opens_nothing(at_home: Page) -> None:
    page = at_home
    devtools, own = await plug_in(page)
    await page.goto("/profile")
    await give_password(page)
    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_label("What is it called?").fill("Lost")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Keep these codes")
    recovery = await dialog.get_by_role("listitem").first.inner_text()
    await dialog.get_by_role("button", name="Done").click()
    await sign_out(page)
    await tell(devtools, "WebAuthn.removeVirtualAuthenticator", {"authenticatorId": own})
    await tell(devtools, "WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    await page.goto("/profile")
    await give_password(page)
    await page.get_by_role("button", name="Use a passkey").click()

    code = page.get_by_label("Recovery code")
    await expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()
    await expect(page.get_by_role("heading", name="Profile")).to_have_count(0)
    await code.fill(recovery)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Remove Lost").click()
    await expect(page.get_by_role("button", name="Remove Lost")).to_have_count(0)

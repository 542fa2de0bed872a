"""Signing in with a password that Firebase keeps: the browser asks Firebase, under a policy that lets it ask nobody else."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page
from tests.support.reader import a_browser_at, axe_in_both_themes, composer
from tests.support.server import Server, a_server
from tests.support.visitor import signed_in_visitor

PROJECT = "demo-reading-room"
PASSWORD = "a password of Firebase's"


@dataclass(slots=True)
class Firebase:
    """Answers as the emulator of Firebase does when a password is exchanged for a token, which nobody signs."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def exchange(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append({**asked, "key": request.query["key"]})
        allowed = {"Access-Control-Allow-Origin": "*"}
        if asked["password"] != PASSWORD:
            wrong = {"error": {"code": 400, "message": "INVALID_LOGIN_CREDENTIALS"}}
            return web.json_response(wrong, status=400, headers=allowed)
        return web.json_response({"idToken": unsigned(asked["email"])}, headers=allowed)

    async def let_ask(self, _: web.Request) -> web.Response:
        allowed = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers": "content-type",
        }
        return web.Response(headers=allowed)


def unsigned(email: str) -> str:
    now = int(time.time())
    claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "auth_time": now,
        "user_id": "ada",
        "sub": "ada",
        "iat": now,
        "exp": now + 3600,
        "email": email,
        "email_verified": True,
        "firebase": {"identities": {"email": [email]}, "sign_in_provider": "password"},
    }
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(
        [*(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), ""]
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def firebase() -> AsyncGenerator[Firebase]:
    stand_in = Firebase()
    application = web.Application()
    application.router.add_post("/v1/accounts:signInWithPassword", stand_in.exchange)
    application.router.add_options("/v1/accounts:signInWithPassword", stand_in.let_ask)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stand_in.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield stand_in
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    firebase: Firebase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Server]:
    provider = {
        "kind": "firebase",
        "project": PROJECT,
        "web_key": "web-key",
        "toolkit_url": firebase.address,
        "new_people": "let-in",
    }
    data_dir: Path = tmp_path_factory.mktemp("firebase") / "data"
    async with a_server(
        data_dir,
        ARCANO_IDENTITY__PROVIDERS=json.dumps({"app": provider}),
        FIREBASE_AUTH_EMULATOR_HOST="127.0.0.1:9099",
    ) as server:
        async with signed_in_visitor(server.url):
            pass
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(server: Server, chromium: Browser) -> AsyncGenerator[Page]:
    context = await a_browser_at(chromium, server.url)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto("/")
    yield page
    await context.close()


async def enter(page: Page, password: str) -> None:
    await page.get_by_role("button", name="Sign in with Firebase").click()
    form = page.get_by_role("region", name="Sign in with Firebase")
    await form.get_by_label("E-mail").fill("ada@company.example")
    await form.get_by_label("Password", exact=True).fill(password)
    await form.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_person_comes_in_by_their_password_at_firebase(
    stranger: Page, firebase: Firebase
) -> None:
    await enter(stranger, PASSWORD)

    await composer(stranger).wait_for()
    assert firebase.asked[-1]["email"] == "ada@company.example"
    assert firebase.asked[-1]["key"] == "web-key"


async def test_a_wrong_password_is_told_and_the_form_is_clean(stranger: Page) -> None:
    await enter(stranger, "another one")

    await stranger.get_by_text("do not belong together").wait_for()
    assert await axe_in_both_themes(stranger) == []


async def test_the_page_may_ask_firebase_and_nobody_else(
    stranger: Page, firebase: Firebase
) -> None:
    answer = await stranger.reload()

    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert f"connect-src 'self' {firebase.address};" in policy

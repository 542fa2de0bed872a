"""A workspace before its first person, providers around it, and browsers that keep their cookies."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from tests.support.ask_app import Answer, ask_app
from tests.support.clock import StillClock
from tests.support.sign_in_provider import (
    CLIENT,
    SECRET,
    SignInProvider,
    a_sign_in_provider,
    query_of,
    visit,
)

import arcano.identity
from arcano.entrypoints.migrations import migrate
from arcano.identity import (
    AccessTokens,
    Callers,
    Elsewhere,
    Identity,
    IdentitySettings,
    Keys,
    KeyThrottle,
    Passwords,
    Programs,
    SecondFactors,
    Sessions,
    SignInThrottle,
)
from arcano.platform.act_log import ActLog
from arcano.platform.clock import Clock
from arcano.platform.egress import EgressSettings, open_egress
from arcano.platform.problems import answer_with_problems
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.keys import FixedKeys, KeyRing, new_key
from arcano.platform.sqlite import SqliteDatabase

HOST = "chat.company.example"
PASSWORD = "correct horse battery"

Provider = dict[str, Any]


@dataclass(eq=False)
class Browser:
    """Somebody's browser: it brings back what it was given, and goes where it is sent."""

    house: "House"
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    async def ask(self, method: str, path: str, body: object = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await ask_app(
            self.house.app, method, path, body, {"Host": HOST, "Cookie": cookies}
        )
        for name, value in answer.headers:
            if name == "set-cookie":
                for cookie in SimpleCookie(value).values():
                    self.cookies[cookie.key] = cookie.value
                    if cookie["max-age"] == "0":
                        del self.cookies[cookie.key]
        return answer

    async def get(self, path: str) -> Any:
        answer = await self.ask("GET", path)
        assert answer.status == 200, answer.json
        return answer.json

    async def begin(self, provider: str = "company", *, return_to: str = "/") -> str:
        """The address to which a sign-in sends the browser."""
        return location(
            await self.ask("GET", f"/api/sign-in/{provider}/begin?return_to={return_to}")
        )

    async def to_provider(self, provider: str = "company", *, as_: str = "ada") -> str:
        """There, and back to our own address, which is not yet entered."""
        address = await self.begin(provider)
        return await visit(self.house.http, f"{address}&as={as_}")

    async def come_back(self, address: str) -> str:
        """Enter our own address. Gives where the page is then."""
        assert address.startswith(f"http://{HOST}/api/sign-in/"), address
        parts = urlsplit(address)
        return location(await self.ask("GET", f"{parts.path}?{parts.query}"))

    async def sign_in(self, provider: str = "company", *, as_: str = "ada") -> str:
        """All of it. Gives where the page is at the end."""
        return await self.come_back(await self.to_provider(provider, as_=as_))

    async def link(self, provider: str = "company", *, as_: str = "ada") -> str:
        begun = await self.ask(
            "POST", f"/api/me/accounts/{provider}/begin", {"return_to": "/profile"}
        )
        assert begun.status == 200, begun.json
        return await self.come_back(
            await visit(self.house.http, f"{begun.json['address']}&as={as_}")
        )

    async def me(self) -> Any:
        """Who is signed in here; None if nobody is."""
        answer = await self.ask("GET", "/api/me")
        return answer.json if answer.status == 200 else None


@dataclass(frozen=True, eq=False)
class House:
    """The workspace."""

    app: FastAPI
    database: SqliteDatabase
    http: aiohttp.ClientSession
    identity: Identity
    elsewhere: Elsewhere

    def browser(self) -> Browser:
        return Browser(self)

    async def set_up(self, email: str = "owner@company.example") -> Browser:
        """The owner's browser, once the owner has made the workspace theirs with a password."""
        browser = self.browser()
        made = await browser.ask(
            "POST", "/api/setup", {"email": email, "password": PASSWORD, "name": "Owner"}
        )
        assert made.status == 201, made.json
        return browser

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        return await self.database.read(lambda c: [tuple(row) for row in c.execute(text(query))])

    async def run(self, statement: str, **values: object) -> None:
        await self.database.write(lambda c: c.execute(text(statement), values))


MakeHouse = Callable[..., AbstractAsyncContextManager[House]]


@asynccontextmanager
async def a_house(
    data_dir: Path, providers: dict[str, Provider], *, clock: Clock, emulator: str = ""
) -> AsyncGenerator[House]:
    """A workspace with these providers, at `HOST`."""
    database = await asyncio.to_thread(_a_database, data_dir / "arcano.db")
    settings = IdentitySettings.model_validate(
        {"providers": providers, "firebase_auth_emulator_host": emulator}
    )
    passwords = Passwords()
    sessions = Sessions(database, clock, lifetime=timedelta(days=30), idle=timedelta(days=7))
    box = SecretBox(FixedKeys(KeyRing((new_key(place="a test"),))))
    tokens = AccessTokens(database, box, clock, sessions)
    acts = ActLog(database, clock)
    keys = Keys(database, clock, sessions, throttle=KeyThrottle(settings, clock), acts=acts)
    identity = Identity(
        settings,
        database,
        clock,
        passwords,
        SignInThrottle(settings, clock),
        sessions,
        tokens,
        Programs(database, clock, sessions, tokens, idle=settings.session_idle),
        SecondFactors(database, box, clock),
        keys,
        Callers(sessions, tokens, keys),
    )
    app = FastAPI()
    for router in arcano.identity.ROUTERS:
        app.include_router(router)
    app.state.acts = acts
    answer_with_problems(app)
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        open_egress(EgressSettings()) as egress,
    ):
        app.state.identity = identity
        app.state.elsewhere = elsewhere = await Elsewhere.of(
            settings,
            egress,
            database=database,
            clock=clock,
            box=box,
            sessions=sessions,
        )
        yield House(app, database, http, identity, elsewhere)
    passwords.close()
    database.close()


@cache
def _migrated() -> bytes:
    """An empty database, made once: a copy is there at once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "arcano.db"
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            migrate(connection)
        engine.dispose()
        return path.read_bytes()


def _a_database(path: Path) -> SqliteDatabase:
    path.write_bytes(_migrated())
    return SqliteDatabase(path)


def company(provider: SignInProvider, **more: object) -> Provider:
    """The settings by which a workspace knows this provider."""
    return {
        "kind": "oidc",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "new_people": "let-in",
        **more,
    }


def location(answer: Answer) -> str:
    """Where an answer sends the browser."""
    assert answer.status == 303, (answer.status, answer.body)
    return dict(answer.headers)["location"]


def failure(page: str) -> str | None:
    """With which code the page was come back to."""
    return query_of(page).get("sign-in-failed")


async def nobody_got_in(house: House, *browsers: Browser) -> bool:
    """No session, no person, no account."""
    sessions = await house.rows("SELECT id FROM sessions")
    people = await house.rows("SELECT id FROM users")
    linked = await house.rows("SELECT issuer FROM linked_accounts")
    return not (sessions or people or linked) and not any(
        [await browser.me() for browser in browsers]
    )


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def provider(clock: StillClock) -> AsyncGenerator[SignInProvider]:
    async with a_sign_in_provider(clock) as provider:
        yield provider


@pytest.fixture
async def house(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> AsyncGenerator[House]:
    async with a_house(tmp_path, {"company": company(provider)}, clock=clock) as house:
        yield house

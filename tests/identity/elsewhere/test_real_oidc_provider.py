"""Signing in at a certified OpenID Connect provider that nobody of ours wrote, and what it lets pass of a forged way back."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pyotp.totp import TOTP
from tests.identity.elsewhere.conftest import HOST, Browser, House, a_house, failure
from tests.support.oidc_provider import an_oidc_provider, walk_through
from tests.support.sign_in_provider import CLIENT, SECRET, query_of

from arcano.platform.clock import SystemClock


@pytest.fixture(scope="module")
def issuer() -> Generator[str]:
    with an_oidc_provider(f"http://{HOST}/api/sign-in/company/callback") as issuer:
        yield issuer


@pytest.fixture
async def house(tmp_path: Path, issuer: str) -> AsyncGenerator[House]:
    company = {
        "kind": "oidc",
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "scopes": ["openid", "email", "profile", "groups"],
        "group_claim": "groups",
        "make_groups": True,
        "new_people": "let-in",
    }
    async with a_house(tmp_path, {"company": company}, clock=SystemClock()) as house:
        yield house


async def walk(browser: Browser, person: str) -> str:
    """To the provider and through it. Gives the way back, not yet entered."""
    return await walk_through(f"{await browser.begin()}&as={person}")


async def test_the_first_who_comes_from_it_becomes_the_owner(house: House) -> None:
    browser = house.browser()

    page = await browser.come_back(await walk(browser, "ada"))

    me = await browser.me()
    assert page == "/"
    assert (me["email"], me["name"], me["role"]) == ("ada@company.example", "ADA", "owner")


async def test_of_fifty_who_come_first_at_once_one_becomes_the_owner(house: House) -> None:
    browsers = [house.browser() for _ in range(50)]
    back = await asyncio.gather(*(walk(one, f"p{number}") for number, one in enumerate(browsers)))

    pages = await asyncio.gather(
        *(browser.come_back(address) for browser, address in zip(browsers, back, strict=True))
    )

    assert set(pages) == {"/"}
    roles = [row[0] for row in await house.rows("SELECT role FROM users ORDER BY role")]
    assert roles == ["member"] * 49 + ["owner"]


async def test_its_groups_change_here_without_a_new_sign_in(house: House, issuer: str) -> None:
    await say(issuer, "grace", groups=["navy", "compilers"])
    browser = house.browser()
    await browser.come_back(await walk(browser, "grace"))
    before = await groups(house)
    await say(issuer, "grace", groups=["compilers", "museum"])
    await house.run("UPDATE linked_accounts SET asked_at = 0")

    asked = await house.elsewhere.refresher.look()

    assert (asked, before) == (1, ["compilers", "navy"])
    assert await groups(house) == ["compilers", "museum"]
    assert await browser.me() is not None


async def test_it_is_found_in_order(house: House) -> None:
    owner = await house.set_up()

    findings = (await owner.ask("POST", "/api/sign-in/company/test")).json["items"]

    assert all(finding["is_good"] for finding in findings)


@pytest.mark.parametrize("part", ["code", "state", "iss"])
async def test_a_forged_way_back_lets_nobody_in(house: House, part: str) -> None:
    browser, other = house.browser(), house.browser()
    back, foreign = await walk(browser, "ada"), await walk(other, "mallory")
    mine, theirs = query_of(back)[part], query_of(foreign)[part]

    page = await browser.come_back(
        back.replace(f"{part}={mine}", f"{part}={theirs}")
        if part != "iss"
        else back.partition("&iss=")[0]
    )

    assert failure(page) == "sign-in-not-verified"
    assert await browser.me() is None
    assert await house.rows("SELECT * FROM users") == []


async def test_its_code_is_good_once(house: House) -> None:
    browser = house.browser()
    back = await walk(browser, "ada")
    kept = dict(browser.cookies)
    await browser.come_back(back)
    again = house.browser()
    again.cookies.update(kept)

    assert failure(await again.come_back(back)) in ("sign-in-not-verified", "sign-in-expired")
    assert await again.me() is None


async def test_whoever_has_a_second_factor_here_shows_it_after_coming_from_it(house: House) -> None:
    first = house.browser()
    await first.come_back(await walk(first, "ada"))
    begun = await first.ask("POST", "/api/me/second-factors/codes")
    app, now = TOTP(begun.json["secret"]), SystemClock().now()
    body = {"code": app.at(now)}
    assert (await first.ask("POST", "/api/me/second-factors/codes/confirm", body)).status == 200
    browser = house.browser()

    page = await browser.come_back(await walk(browser, "ada"))
    half_way = await browser.me()
    asked = await browser.ask("POST", "/api/session/second/begin")
    # The next code: the one of now was used up when the codes were set up.
    answer = {"token": asked.json["token"], "code": app.at(now + timedelta(seconds=30))}
    done = await browser.ask("POST", "/api/session/second", answer)

    assert (query_of(page), half_way) == ({"sign-in-step": "second"}, None)
    assert done.status == 201
    assert (await browser.me())["name"] == "ADA"


async def say(issuer: str, person: str, **claims: object) -> None:
    """What the provider is to say about somebody from now on."""
    async with (
        aiohttp.ClientSession() as http,
        http.put(f"{issuer}/people/{person}", json=claims) as answer,
    ):
        assert answer.status == 204


async def groups(house: House) -> list[str]:
    rows = await house.rows(
        "SELECT name FROM groups JOIN memberships ON group_id = id ORDER BY name"
    )
    return [row[0] for row in rows]

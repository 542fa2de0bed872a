"""A second factor of ours after a sign-in elsewhere: asked, unless the provider vouches for one of its own."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyotp.totp import TOTP
from tests.identity.elsewhere.conftest import Browser, House, a_house, company, failure
from tests.support.clock import StillClock
from tests.support.sign_in_provider import SignInProvider, query_of

STEP = timedelta(seconds=30)


async def with_codes(browser: Browser, clock: StillClock) -> TOTP:
    """An authenticator app for whoever is signed in; its next code is good."""
    begun = await browser.ask("POST", "/api/me/second-factors/codes")
    assert begun.status == 201, begun.json
    app = TOTP(begun.json["secret"])
    confirmed = await browser.ask(
        "POST", "/api/me/second-factors/codes/confirm", {"code": app.at(clock.now())}
    )
    assert confirmed.status == 200, confirmed.json
    clock.pass_by(STEP)
    return app


async def ada_with_codes(house: House, clock: StillClock) -> TOTP:
    browser = house.browser()
    await browser.sign_in()
    return await with_codes(browser, clock)


async def answered(browser: Browser, code: str) -> Any:
    asked = await browser.ask("POST", "/api/session/second/begin")
    assert asked.status == 200, asked.json
    assert "code" in asked.json["methods"]
    body = {"token": asked.json["token"], "code": code}
    return await browser.ask("POST", "/api/session/second", body)


async def test_whoever_has_a_second_factor_shows_it_after_signing_in_elsewhere(
    house: House, clock: StillClock
) -> None:
    app = await ada_with_codes(house, clock)
    browser = house.browser()

    page = await browser.sign_in()
    half_way = await browser.me()
    done = await answered(browser, app.at(clock.now()))

    assert query_of(page) == {"sign-in-step": "second"}
    assert half_way is None
    assert done.status == 201
    assert (await browser.me())["email"] == "ada@company.example"
    assert "arcano_half_way" not in browser.cookies


async def test_a_wrong_code_lets_nobody_in(house: House, clock: StillClock) -> None:
    app = await ada_with_codes(house, clock)
    browser = house.browser()
    await browser.sign_in()
    right = app.at(clock.now())

    refused = await answered(browser, f"{(int(right) + 1) % 1_000_000:06}")

    assert (refused.status, refused.json["code"]) == (401, "wrong-code")
    assert await browser.me() is None


async def test_the_question_belongs_to_the_browser_that_came_and_to_the_moment(
    house: House, clock: StillClock
) -> None:
    await ada_with_codes(house, clock)
    browser, other = house.browser(), house.browser()
    await browser.sign_in()
    other.cookies["arcano_half_way"] = "bm90aGluZw=="

    foreign = await other.ask("POST", "/api/session/second/begin")
    clock.pass_by(timedelta(seconds=301))
    late = await browser.ask("POST", "/api/session/second/begin")

    assert (foreign.status, foreign.json["code"]) == (409, "challenge-over")
    assert (late.status, late.json["code"]) == (409, "challenge-over")


async def test_whoever_has_none_is_let_in_at_once(house: House) -> None:
    browser = house.browser()

    assert await browser.sign_in() == "/"

    assert await browser.me() is not None
    assert "arcano_half_way" not in browser.cookies


@pytest.mark.parametrize(
    ("policy", "claims", "is_asked"),
    [
        ("unless-vouched", {}, True),
        ("unless-vouched", {"amr": ["pwd"]}, True),
        ("unless-vouched", {"acr": "0"}, True),
        ("unless-vouched", {"acr": ["https://refeds.org/profile/mfa"]}, True),
        ("unless-vouched", {"firebase": {"sign_in_second_factor": "totp"}}, True),
        ("unless-vouched", {"amr": ["pwd", "mfa"]}, False),
        ("unless-vouched", {"acr": "https://refeds.org/profile/mfa"}, False),
        ("always", {"amr": ["mfa"]}, True),
        ("never", {}, False),
    ],
)
async def test_the_provider_vouches_as_far_as_the_deployment_takes_its_word(
    policy: str,
    claims: dict[str, Any],
    is_asked: bool,
    tmp_path: Path,
    provider: SignInProvider,
    clock: StillClock,
) -> None:
    provider.people["ada"] = claims
    settings = company(provider, second_factor=policy)
    async with a_house(tmp_path, {"company": settings}, clock=clock) as house:
        owner = await house.set_up()
        await owner.link()
        await with_codes(owner, clock)
        browser = house.browser()

        page = await browser.sign_in()

        assert failure(page) is None
        assert (await browser.me() is None) is is_asked


async def test_only_what_is_signed_vouches(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    await ada_with_codes(house, clock)
    provider.in_id_token = frozenset({"name"})
    provider.userinfo = lambda claims: {**claims, "amr": ["mfa"]}
    browser = house.browser()

    await browser.sign_in()

    assert await browser.me() is None

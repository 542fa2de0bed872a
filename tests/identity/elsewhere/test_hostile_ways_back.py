"""Coming back from a provider by another way than one's own: changed, stolen, repeated, too late. Nobody gets in."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.identity.elsewhere.conftest import (
    Browser,
    House,
    a_house,
    company,
    failure,
    nobody_got_in,
)
from tests.support.clock import StillClock
from tests.support.sign_in_provider import SignInProvider, a_sign_in_provider

NOT_VERIFIED = "sign-in-not-verified"
EXPIRED = "sign-in-expired"

Trick = Callable[[House, Browser, str], Awaitable[str]]


def changed(change: Callable[[str], str]) -> Trick:
    """The browser comes back, with another address than the provider sent it to."""

    async def trick(_house: House, browser: Browser, back: str) -> str:
        return await browser.come_back(change(back))

    return trick


async def in_another_browser(house: House, _browser: Browser, back: str) -> str:
    """Somebody's own way back, sent to another one as a link."""
    return await house.browser().come_back(back)


async def in_another_who_also_began(house: House, _browser: Browser, back: str) -> str:
    other = house.browser()
    await other.begin()
    return await other.come_back(back)


async def with_the_code_of_another(house: House, browser: Browser, back: str) -> str:
    """A code that was made for another browser, put into one's own way back."""
    other = await house.browser().to_provider(as_="mallory")
    code = other.partition("code=")[2].partition("&")[0]
    mine = back.partition("code=")[2].partition("&")[0]
    return await browser.come_back(back.replace(mine, code))


async def too_late(house: House, browser: Browser, back: str) -> str:
    clock = house.identity.clock
    assert isinstance(clock, StillClock)
    clock.pass_by(timedelta(minutes=10))
    return await browser.come_back(back)


async def with_a_cookie_of_ones_own(_house: House, browser: Browser, back: str) -> str:
    kept = base64.urlsafe_b64decode(browser.cookies["arcano_sign_in"])
    changed = kept[:-1] + bytes([kept[-1] ^ 1])
    browser.cookies["arcano_sign_in"] = base64.urlsafe_b64encode(changed).decode()
    return await browser.come_back(back)


async def with_a_cookie_that_is_none(_house: House, browser: Browser, back: str) -> str:
    browser.cookies["arcano_sign_in"] = "word"
    return await browser.come_back(back)


async def at_another_provider(_house: House, browser: Browser, back: str) -> str:
    """An answer of one provider, passed on to the address of another (a mix-up)."""
    return await browser.come_back(back.replace("/company/", "/other/"))


def _without(name: str) -> Callable[[str], str]:
    def change(back: str) -> str:
        head, _, query = back.partition("?")
        return f"{head}?{'&'.join(p for p in query.split('&') if not p.startswith(f'{name}='))}"

    return change


TRICKS: dict[str, tuple[Trick, str]] = {
    "without a state": (changed(_without("state")), NOT_VERIFIED),
    "with another state": (
        changed(lambda back: f"{_without('state')(back)}&state=x"),
        NOT_VERIFIED,
    ),
    "with a state that is no text": (
        changed(lambda back: f"{_without('state')(back)}&state=%ff"),
        NOT_VERIFIED,
    ),
    "with two states": (changed(lambda back: f"{back}&state=x"), NOT_VERIFIED),
    "without a code": (changed(_without("code")), NOT_VERIFIED),
    "with an empty code": (changed(lambda back: f"{_without('code')(back)}&code="), NOT_VERIFIED),
    "with two codes": (changed(lambda back: f"{back}&code=x"), NOT_VERIFIED),
    "with an unknown code": (
        changed(lambda back: f"{_without('code')(back)}&code=x"),
        NOT_VERIFIED,
    ),
    "with a code without end": (
        changed(lambda back: f"{_without('code')(back)}&code={'x' * 5000}"),
        NOT_VERIFIED,
    ),
    "with an error": (
        changed(lambda back: f"{_without('code')(back)}&error=access_denied"),
        "sign-in-cancelled",
    ),
    "with an error and a code": (changed(lambda back: f"{back}&error=x"), "sign-in-cancelled"),
    "from another issuer": (
        changed(lambda back: f"{back}&iss=https%3A%2F%2Fevil.example"),
        NOT_VERIFIED,
    ),
    "in another browser": (in_another_browser, EXPIRED),
    "in another browser that began too": (in_another_who_also_began, NOT_VERIFIED),
    "with the code of another browser": (with_the_code_of_another, NOT_VERIFIED),
    "too late": (too_late, EXPIRED),
    "with a changed cookie": (with_a_cookie_of_ones_own, EXPIRED),
    "with a cookie that is none": (with_a_cookie_that_is_none, EXPIRED),
    "at another provider": (at_another_provider, NOT_VERIFIED),
}


@pytest.mark.parametrize(("trick", "code"), TRICKS.values(), ids=TRICKS.keys())
async def test_a_trick_with_the_way_back_lets_nobody_in(
    tmp_path: Path, provider: SignInProvider, clock: StillClock, trick: Trick, code: str
) -> None:
    async with a_sign_in_provider(clock) as other:
        providers = {"company": company(provider), "other": company(other)}
        async with a_house(tmp_path, providers, clock=clock) as house:
            browser = house.browser()
            back = await browser.to_provider()

            page = await trick(house, browser, back)

            assert failure(page) == code
            assert await nobody_got_in(house, browser)


async def test_where_the_provider_does_not_look_at_pkce_the_nonce_finds_a_foreign_code(
    house: House, provider: SignInProvider
) -> None:
    provider.checks_pkce = False
    browser = house.browser()
    back = await browser.to_provider()

    page = await with_the_code_of_another(house, browser, back)

    assert failure(page) == NOT_VERIFIED
    assert await nobody_got_in(house, browser)


async def test_where_the_provider_names_itself_an_answer_without_a_name_is_not_taken(
    house: House, provider: SignInProvider
) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    browser = house.browser()

    assert failure(await browser.sign_in()) == NOT_VERIFIED
    assert await nobody_got_in(house, browser)


async def test_a_way_back_is_good_once_even_where_the_provider_takes_its_code_twice(
    house: House, provider: SignInProvider
) -> None:
    browser = house.browser()
    back = await browser.to_provider()
    kept = dict(browser.cookies)
    code = dict(provider.codes)
    first = await browser.come_back(back)
    provider.codes.update(code)
    again = house.browser()
    again.cookies.update(kept)

    second = await again.come_back(back)

    assert (failure(first), failure(second)) == (None, EXPIRED)
    assert len(await house.rows("SELECT id FROM sessions")) == 1


async def test_a_foreign_page_cannot_hand_over_a_token_or_begin_a_link(house: House) -> None:
    stranger = house.browser()

    link: Any = await stranger.ask("POST", "/api/me/accounts/company/begin", {"return_to": "/"})

    assert link.status == 401
    assert link.json["code"] == "not-signed-in"

"""Signing in by GitHub: known by their number, reached by an address that GitHub has verified."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from tests.identity.elsewhere.conftest import House, Provider, a_house, failure, nobody_got_in
from tests.support.clock import StillClock
from tests.support.github_stand_in import GitHub, a_github
from tests.support.sign_in_provider import CLIENT, SECRET, query_of


def github_at(github: GitHub, **more: object) -> Provider:
    return {
        "kind": "github",
        "issuer": github.site,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "new_people": "let-in",
        **more,
    }


@pytest.fixture
async def github() -> AsyncGenerator[GitHub]:
    async with a_github() as github:
        yield github


@pytest.fixture
async def house(tmp_path: Path, github: GitHub, clock: StillClock) -> AsyncGenerator[House]:
    async with a_house(tmp_path, {"github": github_at(github)}, clock=clock) as house:
        yield house


async def test_of_fifty_who_come_first_at_once_one_becomes_the_owner(house: House) -> None:
    browsers = [house.browser() for _ in range(50)]

    pages = await asyncio.gather(
        *(browser.sign_in("github", as_=f"p{n}") for n, browser in enumerate(browsers))
    )

    roles = [row[0] for row in await house.rows("SELECT role FROM users ORDER BY role")]
    assert set(pages) == {"/"}
    assert roles == ["member"] * 49 + ["owner"]


async def test_whoever_takes_another_name_is_the_same_person_and_their_old_name_is_nobody(
    house: House, github: GitHub
) -> None:
    await house.browser().sign_in("github", as_="ada")
    github.numbers["lovelace"] = github.numbers["ada"]
    github.numbers["ada"] = 7
    github.emails["ada"] = [{"email": "new@company.example", "primary": True, "verified": True}]
    same, other = house.browser(), house.browser()

    await same.sign_in("github", as_="lovelace")
    await other.sign_in("github", as_="ada")

    assert (await same.me())["email"] == "ada@company.example"
    assert (await other.me())["email"] == "new@company.example"


async def test_pkce_and_the_scopes_go_along(house: House) -> None:
    asked = query_of(await house.browser().begin("github"))

    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "read:user user:email"
    assert "nonce" not in asked


@pytest.mark.parametrize(
    "emails",
    [
        [],
        [{"email": "ada@company.example", "primary": True, "verified": False}],
        [{"email": "ada@company.example", "primary": False, "verified": True}],
        [{"email": "ada@company.example", "primary": True, "verified": "true"}],
        [{"email": "ada", "primary": True, "verified": True}],
        [{"email": None, "primary": True, "verified": True}],
        ["ada@company.example"],
    ],
)
async def test_without_a_verified_address_nobody_is_let_in(
    house: House, github: GitHub, emails: list[Any]
) -> None:
    github.emails["ada"] = emails
    browser = house.browser()

    assert failure(await browser.sign_in("github")) == "email-not-verified"
    assert await nobody_got_in(house, browser)


@pytest.mark.parametrize("number", [None, "1", 0, -1, True, 1.5])
async def test_somebody_without_a_number_is_nobody(
    house: House, github: GitHub, number: object
) -> None:
    github.numbers["ada"] = number
    browser = house.browser()

    assert failure(await browser.sign_in("github")) == "sign-in-provider-unreachable"
    assert await nobody_got_in(house, browser)


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "bad_verification_code"},
        {"access_token": "gho-ada", "token_type": "mac"},
        {"access_token": "gho-ada", "error": "x"},
    ],
)
async def test_a_token_that_is_none_is_not_used(
    house: House, github: GitHub, answer: dict[str, Any]
) -> None:
    github.token_answer = answer
    browser = house.browser()

    assert failure(await browser.sign_in("github")) == "sign-in-not-verified"
    assert await nobody_got_in(house, browser)


async def test_the_code_of_another_browser_is_refused(house: House) -> None:
    mine, other = house.browser(), house.browser()
    back, foreign = await mine.to_provider("github"), await other.to_provider("github")

    page = await mine.come_back(back.replace(query_of(back)["code"], query_of(foreign)["code"]))

    assert failure(page) == "sign-in-not-verified"
    assert await nobody_got_in(house, mine)


async def test_organisations_and_teams_are_groups_where_they_may_be_asked_for(
    tmp_path: Path, github: GitHub, clock: StillClock
) -> None:
    github.organisations, github.teams = ["acme"], [("acme", "ops")]
    scopes = ["read:user", "user:email", "read:org"]
    providers = {
        "github": github_at(github, scopes=scopes, group_claim="organisations", make_groups=True)
    }
    async with a_house(tmp_path, providers, clock=clock) as house:
        await house.browser().sign_in("github")

        assert await house.rows("SELECT name FROM groups ORDER BY name") == [
            ("acme",),
            ("acme/ops",),
        ]


async def test_it_can_be_tested_without_a_person(house: House) -> None:
    owner = await house.set_up()

    findings = (await owner.ask("POST", "/api/sign-in/github/test")).json["items"]

    assert [(finding["what"], finding["is_good"]) for finding in findings] == [("answer", True)]

"""Signing in by OpenID Connect: who is let in, as whom, and where the browser is then."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.identity.elsewhere.conftest import HOST, House, a_house, company, failure, location
from tests.support.acts import recorded
from tests.support.clock import StillClock
from tests.support.sign_in_provider import SignInProvider, query_of


async def test_the_first_who_comes_becomes_the_owner(house: House) -> None:
    browser = house.browser()

    page = await browser.sign_in(as_="ada")

    me = await browser.me()
    assert page == "/"
    assert (me["email"], me["name"], me["role"]) == ("ada@company.example", "Ada", "owner")
    [set_up, *_] = await recorded(house.database)
    assert (set_up.action, set_up.actor_id) == ("workspace.set-up", me["id"])
    assert set_up.details == '{"provider":"company"}'


async def test_of_fifty_who_come_first_at_once_one_becomes_the_owner(house: House) -> None:
    browsers = [house.browser() for _ in range(50)]

    pages = await asyncio.gather(
        *(browser.sign_in(as_=f"p{number}") for number, browser in enumerate(browsers))
    )

    everybody = [await browser.me() for browser in browsers]
    assert set(pages) == {"/"}
    assert sorted(me["role"] for me in everybody) == ["member"] * 49 + ["owner"]
    assert len({me["id"] for me in everybody}) == 50


async def test_one_person_who_comes_fifty_times_at_once_is_one_person(house: House) -> None:
    browsers = [house.browser() for _ in range(50)]

    await asyncio.gather(*(browser.sign_in(as_="ada") for browser in browsers))

    assert {(await browser.me())["id"] for browser in browsers} == {
        row[0] for row in await house.rows("SELECT id FROM users")
    }
    assert len(await house.rows("SELECT * FROM users")) == 1


async def test_google_is_spoken_to_like_any_other_and_of_fifty_one_becomes_the_owner(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    async with a_house(
        tmp_path, {"google": company(provider, kind="google")}, clock=clock
    ) as house:
        browsers = [house.browser() for _ in range(50)]

        pages = await asyncio.gather(
            *(one.sign_in("google", as_=f"p{number}") for number, one in enumerate(browsers))
        )

        roles = [row[0] for row in await house.rows("SELECT role FROM users ORDER BY role")]
        assert set(pages) == {"/"}
        assert roles == ["member"] * 49 + ["owner"]


async def test_addresses_of_a_provider_that_says_nothing_about_them_are_taken_only_where_they_are_trusted(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    provider.people["ada"] = {"email_verified": None}
    providers = {
        "careful": company(provider),
        "trusting": company(provider, trust_email=True),
    }
    async with a_house(tmp_path, providers, clock=clock) as house:
        careful = await house.browser().sign_in("careful")
        trusting = await house.browser().sign_in("trusting")

        assert (failure(careful), failure(trusting)) == ("email-not-verified", None)


async def test_a_provider_that_has_another_name_now_takes_the_old_ones_groups_along(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    more: dict[str, object] = {"group_claim": "groups", "make_groups": True}
    provider.people["ada"] = {"groups": ["readers"]}
    providers = {"old": company(provider, **more), "new": company(provider, **more)}
    async with a_house(tmp_path, providers, clock=clock) as house:
        await house.browser().sign_in("old")
        await house.browser().sign_in("new")

        assert await house.rows("SELECT source FROM memberships") == [("new",)]
        assert await house.rows("SELECT provider FROM linked_accounts") == [("new",)]


async def test_whoever_comes_again_is_the_same_person_under_whatever_address(
    house: House, provider: SignInProvider
) -> None:
    first, again = house.browser(), house.browser()
    await first.sign_in(as_="ada")
    provider.people["ada"] = {"email": "lovelace@company.example", "name": "A. Lovelace"}

    await again.sign_in(as_="ada")

    assert await again.me() == await first.me()


async def test_nobody_is_let_in_by_an_address_that_is_somebody_elses(
    house: House, provider: SignInProvider
) -> None:
    await house.set_up("owner@company.example")
    provider.people["mallory"] = {"email": "Owner@Company.example", "email_verified": True}
    browser = house.browser()

    page = await browser.sign_in(as_="mallory")

    assert failure(page) == "account-exists"
    assert await browser.me() is None
    assert await house.rows("SELECT * FROM linked_accounts") == []


@pytest.mark.parametrize(
    ("new_people", "code"), [("refuse", "new-people-refused"), ("wait", "account-waiting")]
)
async def test_new_people_are_refused_or_wait_where_the_workspace_says_so(
    tmp_path: Path, provider: SignInProvider, clock: StillClock, new_people: str, code: str
) -> None:
    providers = {"company": company(provider, new_people=new_people)}
    async with a_house(tmp_path, providers, clock=clock) as house:
        await house.set_up()
        browser = house.browser()

        pages = [await browser.sign_in(as_="ada"), await browser.sign_in(as_="ada")]

        assert [failure(page) for page in pages] == [code, code]
        assert await browser.me() is None
        waiting = await house.rows("SELECT state FROM users WHERE role = 'member'")
        assert waiting == ([("waiting",)] if new_people == "wait" else [])


async def test_who_was_disabled_is_not_let_in(house: House) -> None:
    await house.set_up()
    await house.browser().sign_in(as_="ada")
    await house.run("UPDATE users SET state = 'disabled' WHERE role = 'member'")
    browser = house.browser()

    assert failure(await browser.sign_in(as_="ada")) == "account-disabled"
    assert await browser.me() is None


async def test_every_sign_in_is_a_session_of_its_own(house: House) -> None:
    browser = house.browser()
    browser.cookies["arcano_session"] = "planted"

    await browser.sign_in(as_="ada")
    first = browser.cookies["arcano_session"]
    await browser.sign_in(as_="ada")

    assert len({"planted", first, browser.cookies["arcano_session"]}) == 3


async def test_secrets_go_to_the_provider_as_the_protocol_says(house: House) -> None:
    browser = house.browser()
    first, second = query_of(await browser.begin()), query_of(await browser.begin())

    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == f"http://{HOST}/api/sign-in/company/callback"
    assert (first["response_type"], first["scope"]) == ("code", "openid email profile")


async def test_what_the_browser_keeps_cannot_be_read_by_it_or_by_a_page(house: House) -> None:
    answer = await house.browser().ask("GET", "/api/sign-in/company/begin")

    said = dict(answer.headers)
    cookie, state = said["set-cookie"], query_of(location(answer))["state"]
    assert state not in cookie
    assert {"HttpOnly", "SameSite=lax", "Path=/api/sign-in"} <= set(cookie.split("; "))
    assert said["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/c/1?x=2", "/c/1?x=2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("evil.example", "/"),
        ("/%0d%0aSet-Cookie:x", "/"),
        ("/%09/evil.example", "/"),
        ("/api/session", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
async def test_the_way_back_leads_to_our_own_page_and_nowhere_else(
    house: House, asked: str, led: str
) -> None:
    browser = house.browser()
    query = asked.replace("?", "%3F").replace("=", "%3D")
    begun = await browser.begin(return_to=query)
    async with house.http.get(begun, allow_redirects=False) as there:
        back = there.headers["Location"]

    assert await browser.come_back(back) == led


async def test_what_only_the_userinfo_says_is_asked_for(
    house: House, provider: SignInProvider
) -> None:
    provider.in_id_token = frozenset()
    browser = house.browser()

    await browser.sign_in(as_="ada")

    assert (await browser.me())["email"] == "ada@company.example"
    assert "/userinfo" in provider.asked


async def test_what_a_provider_publishes_is_read_once_and_a_new_key_is_found(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    for _ in range(3):
        await house.browser().sign_in(as_="ada")
    once = provider.asked.count("/.well-known/openid-configuration"), provider.asked.count("/keys")
    own = provider.keys[0]
    provider.keys = [{**own, "kid": "older"}]
    clock.pass_by(timedelta(hours=2))
    await house.browser().sign_in(as_="ada")
    provider.keys = [own]
    clock.pass_by(timedelta(minutes=1))
    browser = house.browser()

    page = await browser.sign_in(as_="ada")

    assert once == (1, 1)
    assert page == "/"


async def test_the_page_learns_which_ways_there_are_and_nothing_secret(house: House) -> None:
    answer = await house.browser().get("/api/sign-in/providers")

    assert answer == {
        "items": [{"name": "company", "label": "Company", "kind": "oidc", "firebase": None}]
    }


async def test_whoever_administers_the_workspace_can_test_a_provider(
    house: House, provider: SignInProvider
) -> None:
    owner = await house.set_up()

    listed = (await owner.get("/api/sign-in/settings"))["items"]
    good = (await owner.ask("POST", "/api/sign-in/company/test")).json["items"]
    provider.metadata = {"issuer": "https://elsewhere.example"}
    bad = (await owner.ask("POST", "/api/sign-in/company/test")).json["items"]

    assert listed[0]["redirect_address"] == f"http://{HOST}/api/sign-in/company/callback"
    assert "secret" not in str(listed).replace("has_secret", "")
    assert [(each["what"], each["is_good"]) for each in good] == [
        ("discovery", True),
        ("keys", True),
        ("pkce", True),
    ]
    assert [(each["what"], each["is_good"]) for each in bad] == [("discovery", False)]
    assert "elsewhere.example" in bad[0]["detail"]


async def test_members_may_neither_see_nor_test_the_settings(house: House) -> None:
    await house.set_up()
    member = house.browser()
    await member.sign_in(as_="ada")

    assert (await member.ask("GET", "/api/sign-in/settings")).status == 403
    assert (await member.ask("POST", "/api/sign-in/company/test")).status == 403

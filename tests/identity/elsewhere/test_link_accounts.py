"""Accounts elsewhere on the profile: linked by whoever is signed in, never by an address, and let go of again."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.identity.elsewhere.conftest import PASSWORD, House, a_house, company, failure
from tests.support.clock import StillClock
from tests.support.sign_in_provider import SignInProvider, a_sign_in_provider, visit

from arcano.identity.sessions import PROOF_LASTS


async def test_whoever_is_signed_in_links_an_account_and_then_comes_by_it(
    house: House, provider: SignInProvider
) -> None:
    owner = await house.set_up("owner@company.example")
    provider.people["ada"] = {"email": "somebody.else@private.example", "email_verified": False}

    page = await owner.link(as_="ada")
    elsewhere = house.browser()
    await elsewhere.sign_in(as_="ada")

    accounts = await owner.get("/api/me/accounts")
    assert page == "/profile"
    assert await elsewhere.me() == await owner.me()
    assert [(one["provider"], one["email"]) for one in accounts["items"]] == [
        ("company", "somebody.else@private.example")
    ]
    assert (accounts["to_link"], accounts["has_password"]) == ([], True)


async def test_an_account_that_is_somebody_elses_cannot_be_linked(house: House) -> None:
    owner = await house.set_up()
    await house.browser().sign_in(as_="ada")

    page = await owner.link(as_="ada")

    assert failure(page) == "account-already-linked"
    assert page.startswith("/profile?")
    assert (await owner.get("/api/me/accounts"))["items"] == []


async def test_a_second_account_of_the_same_provider_cannot_be_linked(house: House) -> None:
    owner = await house.set_up()
    await owner.link(as_="ada")

    assert failure(await owner.link(as_="grace")) == "account-already-linked"
    assert failure(await owner.link(as_="ada")) is None


async def test_nobody_links_for_somebody_who_is_not_signed_in(house: House) -> None:
    begun = await house.browser().ask(
        "POST", "/api/me/accounts/company/begin", {"return_to": "/profile"}
    )

    assert begun.status == 401


async def test_a_link_that_was_begun_in_another_session_is_not_made(house: House) -> None:
    """Somebody begins to link their own account, and lets another person's browser finish it."""
    await house.set_up()
    mallory, victim = house.browser(), house.browser()
    await mallory.sign_in(as_="mallory")
    await victim.sign_in(as_="ada")
    begun = await mallory.ask("POST", "/api/me/accounts/company/begin", {"return_to": "/"})
    back = await visit(house.http, f"{begun.json['address']}&as=grace")
    victim.cookies["arcano_sign_in"] = mallory.cookies["arcano_sign_in"]

    page = await victim.come_back(back)

    assert failure(page) == "not-signed-in"
    assert len((await victim.get("/api/me/accounts"))["items"]) == 1
    assert await house.rows("SELECT 1 FROM linked_accounts WHERE subject = 'grace'") == []


async def test_a_link_ends_with_the_session_in_which_it_was_begun(
    house: House, provider: SignInProvider
) -> None:
    owner = await house.set_up()
    begun = await owner.ask("POST", "/api/me/accounts/company/begin", {"return_to": "/"})
    back = await visit(house.http, begun.json["address"])
    await owner.ask("DELETE", "/api/session")

    assert failure(await owner.come_back(back)) == "not-signed-in"
    assert await house.rows("SELECT * FROM linked_accounts") == []
    assert "/token" not in provider.asked


async def test_signing_out_while_the_provider_is_asked_ends_the_link_too(
    house: House, provider: SignInProvider
) -> None:
    owner = await house.set_up()
    cookies = dict(owner.cookies)

    async def sign_out() -> None:
        elsewhere = house.browser()
        elsewhere.cookies.update(cookies)
        await elsewhere.ask("DELETE", "/api/session?everywhere=true")

    provider.meanwhile = sign_out

    assert failure(await owner.link(as_="ada")) == "not-signed-in"
    assert await house.rows("SELECT * FROM linked_accounts") == []


async def test_an_unlinked_account_lets_nobody_in_and_its_groups_are_gone(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    provider.people["ada"] = {"groups": ["readers"], "email": "owner@company.example"}
    providers = {"company": company(provider, group_claim="groups", make_groups=True)}
    async with a_house(tmp_path, providers, clock=clock) as house:
        owner = await house.set_up("owner@company.example")
        await owner.link(as_="ada")

        unlinked = await owner.ask("DELETE", "/api/me/accounts/company")

        assert unlinked.status == 204
        assert await house.rows("SELECT * FROM memberships") == []
        assert failure(await house.browser().sign_in(as_="ada")) == "account-exists"
        assert await owner.me() is not None
        assert (await owner.ask("DELETE", "/api/me/accounts/company")).status == 404


async def test_the_last_way_in_cannot_be_unlinked(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    async with a_sign_in_provider(clock) as second:
        providers = {"company": company(provider), "second": company(second)}
        async with a_house(tmp_path, providers, clock=clock) as house:
            ada = house.browser()
            await ada.sign_in(as_="ada")

            refused = await ada.ask("DELETE", "/api/me/accounts/company")
            await ada.link("second", as_="ada")
            allowed = await ada.ask("DELETE", "/api/me/accounts/company")

            assert (refused.status, refused.json["code"]) == (409, "last-way-in")
            assert allowed.status == 204
            assert [one["provider"] for one in (await ada.get("/api/me/accounts"))["items"]] == [
                "second"
            ]


async def test_whoever_is_deleted_leaves_no_account_behind(house: House) -> None:
    await house.browser().sign_in(as_="ada")

    await house.run("DELETE FROM users")

    assert await house.rows("SELECT * FROM linked_accounts") == []


async def test_who_has_somebodys_session_and_is_not_them_links_and_unlinks_nothing(
    house: House, clock: StillClock
) -> None:
    """A linked account opens the door for good, also after a new password and signing out everywhere."""
    owner = await house.set_up()
    await owner.link(as_="ada")
    await owner.ask("DELETE", "/api/me/accounts/company")
    clock.pass_by(PROOF_LASTS + timedelta(seconds=1))

    begun = await owner.ask("POST", "/api/me/accounts/company/begin", {"return_to": "/"})
    assert (begun.status, begun.json["code"]) == (403, "proof-needed")
    assert "arcano_sign_in" not in owner.cookies

    assert (await owner.ask("POST", "/api/me/proof", {"password": PASSWORD})).status == 204
    assert failure(await owner.link(as_="ada")) is None
    clock.pass_by(PROOF_LASTS + timedelta(seconds=1))
    kept = await owner.ask("DELETE", "/api/me/accounts/company")
    assert (kept.status, kept.json["code"]) == (403, "proof-needed")
    assert len((await owner.get("/api/me/accounts"))["items"]) == 1


@pytest.mark.parametrize("path", ["/api/sign-in/nobody/begin", "/api/sign-in/nobody/callback"])
async def test_a_provider_that_is_not_configured_leads_back_to_the_page(
    house: House, path: str
) -> None:
    answer = await house.browser().ask("GET", path)

    assert answer.status == 303
    assert dict(answer.headers)["location"].startswith("/?sign-in-failed=")


async def test_linking_and_unlinking_are_on_the_audit_trail_without_an_address(
    house: House,
) -> None:
    owner = await house.set_up()
    me = (await owner.me())["id"]

    await owner.link(as_="ada")
    await owner.link(as_="ada")
    await owner.ask("DELETE", "/api/me/accounts/company")

    rows = await house.rows(
        "SELECT action, actor_id, subject_id, details FROM audit_records "
        "WHERE action LIKE 'account.%' ORDER BY sequence"
    )
    told = '{"provider":"company"}'
    assert rows == [("account.linked", me, me, told), ("account.unlinked", me, me, told)]


async def test_what_cannot_be_written_down_is_not_linked(house: House) -> None:
    owner = await house.set_up()
    await house.run(
        "CREATE TRIGGER full BEFORE INSERT ON audit_records WHEN NEW.action = 'account.linked' "
        "BEGIN SELECT RAISE(ABORT, 'full'); END"
    )

    begun = await owner.ask("POST", "/api/me/accounts/company/begin", {"return_to": "/"})
    back = await visit(house.http, begun.json["address"])
    with pytest.raises(Exception, match="full"):
        await owner.come_back(back)

    assert await house.rows("SELECT * FROM linked_accounts") == []


async def test_a_role_that_a_provider_gave_goes_with_its_account(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    provider.people["ada"] = {"roles": ["boss"]}
    bosses = {"role_claim": "roles", "roles": {"boss": "admin"}}
    providers = {"company": company(provider, **bosses)}
    async with a_house(tmp_path, providers, clock=clock) as house:
        await house.set_up()
        ada = house.browser()
        await ada.sign_in(as_="ada")
        before = (await ada.me())["role"]
        await house.run("UPDATE users SET password_hash = 'x' WHERE name = 'Ada'")

        await ada.ask("DELETE", "/api/me/accounts/company")

        assert (before, (await ada.me())["role"]) == ("admin", "member")


async def test_neither_the_owners_role_nor_one_that_was_given_since_goes_with_an_account(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    provider.people["ada"] = {"roles": ["boss"]}
    provider.people["grace"] = {"roles": ["boss"]}
    bosses = {"role_claim": "roles", "roles": {"boss": "admin"}}
    providers = {"company": company(provider, **bosses)}
    async with a_house(tmp_path, providers, clock=clock) as house:
        owner, grace = await house.set_up(), house.browser()
        await owner.link(as_="ada")
        await grace.sign_in(as_="grace")
        await house.run("UPDATE users SET password_hash = 'x' WHERE name = 'Grace'")
        made = await owner.ask("POST", "/api/roles", {"name": "Guest", "permissions": []})
        guest = made.json["id"]
        await owner.ask("PATCH", f"/api/people/{(await grace.me())['id']}", {"role": guest})

        for browser in (owner, grace):
            assert (await browser.ask("DELETE", "/api/me/accounts/company")).status == 204

        assert [(await one.me())["role"] for one in (owner, grace)] == ["owner", guest]

"""What a provider says about groups and roles: beside what people said, for everybody, and without a new sign-in."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.identity.elsewhere.conftest import Browser, House, a_house, company
from tests.support.clock import StillClock
from tests.support.sign_in_provider import SignInProvider, a_sign_in_provider

from arcano.identity import Viewer

QUARTER = timedelta(minutes=15)


@pytest.fixture
async def house(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> AsyncGenerator[House]:
    provider.gives_refresh_tokens = True
    settings = company(
        provider,
        group_claim="realm.groups",
        groups={"b1f7-4e0a": "readers"},
        role_claim="roles",
        roles={"boss": "admin", "editors": "Editor"},
    )
    async with a_house(tmp_path, {"company": settings}, clock=clock) as house:
        for name in ("readers", "writers", "cooks"):
            await house.run(
                "INSERT INTO groups (id, name, description, permissions, created_at) "
                "VALUES (:id, :name, '', '[\"audit.read\"]', 0)",
                id=f"g-{name}",
                name=name,
            )
        await house.run("INSERT INTO roles (id, name, permissions) VALUES ('r1', 'Editor', '[]')")
        yield house


def in_groups(*names: str, roles: list[str] | None = None) -> dict[str, Any]:
    return {"realm": {"groups": list(names)}, "roles": roles or []}


async def ada_comes(house: House, provider: SignInProvider, said: dict[str, Any]) -> Browser:
    """Her browser, once she has signed in and the provider has said this about her."""
    provider.people["ada"] = said
    browser = house.browser()
    await browser.sign_in(as_="ada")
    return browser


async def viewer(house: House, browser: Browser) -> Viewer:
    return await house.identity.sessions.viewer(browser.cookies["arcano_session"])


async def memberships(house: House) -> list[tuple[str, str]]:
    rows = await house.rows("SELECT group_id, source FROM memberships ORDER BY group_id, source")
    return [(row[0], row[1]) for row in rows]


async def test_groups_are_known_by_their_names_here_and_others_are_left_out(
    house: House, provider: SignInProvider
) -> None:
    provider.people["ada"] = in_groups("b1f7-4e0a", "writers", "unheard-of")
    browser = house.browser()

    await browser.sign_in(as_="ada")

    assert (await viewer(house, browser)).groups == {"g-readers", "g-writers"}


async def test_what_people_said_stays_whatever_the_provider_says(
    house: House, provider: SignInProvider
) -> None:
    browser = await ada_comes(house, provider, in_groups("writers"))
    [(ada,)] = await house.rows("SELECT id FROM users")
    for group in ("g-writers", "g-cooks"):
        await house.run(
            "INSERT INTO memberships (group_id, user_id, source) VALUES (:group, :user, 'manual')",
            group=group,
            user=ada,
        )
    provider.people["ada"] = in_groups("b1f7-4e0a")

    await browser.sign_in(as_="ada")

    assert await memberships(house) == [
        ("g-cooks", "manual"),
        ("g-readers", "company"),
        ("g-writers", "manual"),
    ]


async def test_two_providers_do_not_take_away_what_the_other_says(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> None:
    async with a_sign_in_provider(clock) as second:
        more: dict[str, Any] = {"group_claim": "groups", "make_groups": True}
        providers = {"company": company(provider, **more), "second": company(second, **more)}
        provider.people["ada"] = {"groups": ["both", "one"]}
        second.people["ada"] = {"groups": ["both", "two"]}
        async with a_house(tmp_path, providers, clock=clock) as house:
            browser = house.browser()
            await browser.sign_in(as_="ada")
            await browser.link("second", as_="ada")
            second.people["ada"] = {"groups": []}

            await browser.sign_in("second", as_="ada")

            assert await house.rows(
                "SELECT name, source FROM groups JOIN memberships ON group_id = id ORDER BY name"
            ) == [("both", "company"), ("one", "company")]


async def test_groups_apply_to_owners_and_admins_too(
    house: House, provider: SignInProvider
) -> None:
    owner = await house.set_up()
    provider.people["ada"] = in_groups("writers", roles=["boss"])
    await owner.link(as_="ada")
    admin = house.browser()
    provider.people["grace"] = in_groups("cooks", roles=["boss"])
    await admin.sign_in(as_="grace")

    assert (await viewer(house, owner)).groups == {"g-writers"}
    assert (await viewer(house, admin)).groups == {"g-cooks"}
    assert (await viewer(house, owner)).role == "owner"
    assert (await viewer(house, admin)).role == "admin"


@pytest.mark.parametrize(
    ("roles", "role"),
    [(["boss", "editors"], "admin"), (["editors"], "r1"), (["owner"], "member"), ([], "member")],
)
async def test_the_first_role_that_fits_counts_and_nobody_becomes_owner(
    house: House, provider: SignInProvider, roles: list[str], role: str
) -> None:
    await house.set_up()
    provider.people["ada"] = in_groups(roles=roles)
    browser = house.browser()

    await browser.sign_in(as_="ada")

    assert (await viewer(house, browser)).role == role


async def test_what_changes_there_changes_here_while_the_person_works(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    await house.set_up()
    browser = await ada_comes(house, provider, in_groups("writers", roles=["boss"]))
    provider.people["ada"] = in_groups("cooks")
    early = await house.elsewhere.refresher.look()
    clock.pass_by(QUARTER)

    asked = await house.elsewhere.refresher.look()
    again = await house.elsewhere.refresher.look()

    now = await viewer(house, browser)
    assert (early, asked, again) == (0, 1, 0)
    assert (now.groups, now.role) == ({"g-cooks"}, "member")


async def test_a_provider_that_gives_another_token_each_time_is_asked_by_the_newest(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    browser = house.browser()
    await browser.sign_in(as_="ada")
    for group in ("writers", "cooks", "writers"):
        provider.people["ada"] = in_groups(group)
        clock.pass_by(QUARTER)

        await house.elsewhere.refresher.look()

        assert (await viewer(house, browser)).groups == {f"g-{group}"}


async def test_a_group_that_is_taken_away_ends_what_is_open_by_it(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    await house.set_up()
    browser = await ada_comes(house, provider, in_groups("writers"))
    before = await viewer(house, browser)
    provider.people["ada"] = in_groups()
    clock.pass_by(QUARTER)

    await house.elsewhere.refresher.look()

    after = await viewer(house, browser)
    assert before.permissions - after.permissions == {"audit.read"}


async def test_somebody_for_whom_the_provider_no_longer_speaks_is_signed_out(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    await house.set_up()
    browser = await ada_comes(house, provider, in_groups("writers"))
    provider.refreshable.clear()
    clock.pass_by(QUARTER)

    asked = await house.elsewhere.refresher.look()

    clock.pass_by(QUARTER)
    assert (asked, await house.elsewhere.refresher.look()) == (1, 0)
    assert await browser.me() is None
    assert await memberships(house) == []


async def test_two_servers_do_not_ask_by_the_same_token(house: House, clock: StillClock) -> None:
    for person in ("ada", "grace"):
        await house.browser().sign_in(as_=person)
    clock.pass_by(QUARTER)

    asked = await asyncio.gather(*(house.elsewhere.refresher.look() for _ in range(4)))

    assert sum(asked) == 2
    assert len(await house.rows("SELECT id FROM sessions")) == 2


async def test_a_sign_in_while_the_provider_is_asked_is_the_newer_word(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    provider.people["ada"] = in_groups("writers")
    await house.browser().sign_in(as_="ada")
    provider.refreshable.clear()
    browser = house.browser()
    clock.pass_by(QUARTER)
    provider.meanwhile = lambda: browser.sign_in(as_="ada")

    asked = await house.elsewhere.refresher.look()

    assert asked == 1
    assert await browser.me() is not None
    assert await memberships(house) == [("g-writers", "company")]


async def test_a_provider_that_is_away_takes_nothing_from_anybody(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    browser = await ada_comes(house, provider, in_groups("writers"))
    provider.answer = lambda _tokens: "busy"
    clock.pass_by(QUARTER)

    asked = await house.elsewhere.refresher.look()

    assert (asked, await house.elsewhere.refresher.look()) == (1, 0)
    assert await memberships(house) == [("g-writers", "company")]
    assert await browser.me() is not None


async def test_a_provider_that_suddenly_speaks_of_somebody_else_is_not_believed(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    await ada_comes(house, provider, in_groups("writers"))
    provider.people["ada"] = {**in_groups("cooks"), "sub": "mallory"}
    clock.pass_by(QUARTER)

    await house.elsewhere.refresher.look()

    assert await memberships(house) == [("g-writers", "company")]


async def test_too_many_groups_to_say_are_not_taken_for_none(
    house: House, provider: SignInProvider
) -> None:
    browser = await ada_comes(house, provider, in_groups("writers"))
    provider.people["ada"] = {"_claim_names": {"realm.groups": "src1"}, "realm": None}

    await browser.sign_in(as_="ada")

    assert await memberships(house) == [("g-writers", "company")]


@pytest.mark.parametrize(
    "said", [None, 7, {"a": 1}, [1, None, {"b": 2}], ["x" * 101], "", [""], [["writers"]]]
)
async def test_groups_that_are_none_are_no_groups(
    house: House, provider: SignInProvider, said: object
) -> None:
    provider.people["ada"] = {"realm": {"groups": said}}
    browser = house.browser()

    await browser.sign_in(as_="ada")

    assert await memberships(house) == []
    assert await browser.me() is not None


async def test_the_tokens_by_which_we_ask_are_sealed(
    house: House, provider: SignInProvider
) -> None:
    await house.browser().sign_in(as_="ada")

    [(stored,)] = await house.rows("SELECT refresh_token_sealed FROM linked_accounts")
    assert stored is not None
    assert b"refresh-ada" not in stored
    assert provider.refreshable

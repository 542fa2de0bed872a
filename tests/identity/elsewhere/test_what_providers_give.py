"""What a provider that somebody set up gives people: no more than this somebody may give, and for as long as it is there."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.identity.elsewhere.conftest import House, a_house
from tests.identity.elsewhere.test_set_up_providers import (
    PROVIDERS,
    add,
    an_admin,
    change,
    remove,
    stranded,
)
from tests.support.clock import StillClock
from tests.support.sign_in_provider import SignInProvider


@pytest.fixture
async def empty(tmp_path: Path, clock: StillClock) -> AsyncGenerator[House]:
    """A workspace whose settings name no provider."""
    async with a_house(tmp_path, {}, clock=clock) as house:
        yield house


async def groups(house: House) -> list[str]:
    """In which groups anybody is."""
    rows = await house.rows("SELECT name FROM groups JOIN memberships ON group_id = id ORDER BY 1")
    return [row[0] for row in rows]


async def test_a_provider_gives_no_more_than_whoever_set_it_up_may_give_by_now(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    admin = await an_admin(empty, owner)
    boss = await owner.ask("POST", "/api/roles", {"name": "Boss", "permissions": []})
    roles = {"role_claim": "roles", "roles": {"boss": "Boss"}}
    view = await add(admin, provider, group_claim="groups", **roles)
    for name, permissions in (("masters", ["role.manage"]), ("readers", [])):
        group = {"name": name, "description": "", "permissions": permissions}
        assert (await owner.ask("POST", "/api/groups", group)).status == 201
    more = {"permissions": ["conversation.read_all"]}
    assert (await owner.ask("PATCH", f"/api/roles/{boss.json['id']}", more)).status == 200
    provider.people["ada"] = {"groups": ["masters", "readers"], "roles": ["boss"]}

    await admin.link(as_="ada")

    assert await groups(empty) == ["readers"]
    assert "conversation.read_all" not in (await admin.me())["permissions"]
    changed = await change(owner, view)
    assert changed.status == 200, changed.json
    await admin.sign_in(as_="ada")
    assert await groups(empty) == ["masters", "readers"]
    assert "conversation.read_all" in (await admin.me())["permissions"]


async def test_a_provider_of_somebody_who_may_not_come_in_gives_what_every_member_has(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    admin = await an_admin(empty, owner)
    for name, permissions in (("watchers", ["status.read"]), ("askers", ["model.use"])):
        group = {"name": name, "description": "", "permissions": permissions}
        assert (await owner.ask("POST", "/api/groups", group)).status == 201
    await add(admin, provider, group_claim="groups")
    provider.people["ada"] = {"groups": ["watchers", "askers"]}
    ada = await stranded(empty)
    before = await groups(empty)

    me = (await admin.me())["id"]
    await owner.ask("PATCH", f"/api/people/{me}", {"state": "disabled"})
    await ada.sign_in(as_="ada")

    assert (before, await groups(empty)) == (["askers", "watchers"], ["askers"])


async def test_the_roles_that_a_deleted_provider_gave_go_with_it_and_come_back_with_it(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    provider.people["ada"] = {"roles": ["boss"]}
    view = await add(owner, provider, role_claim="roles", roles={"boss": "admin"})
    await stranded(empty)

    async def role() -> str:
        [(role,)] = await empty.rows("SELECT role FROM users WHERE name = 'Ada'")
        return role

    before = await role()
    await remove(owner, view)
    between = await role()
    await owner.ask("POST", f"{PROVIDERS}/company/restore")

    assert (before, between, await role()) == ("admin", "member", "admin")

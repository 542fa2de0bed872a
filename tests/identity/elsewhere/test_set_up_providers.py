"""Setting up providers through the page: in effect at once and everywhere, undone, and safe from whoever may do it."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.identity.elsewhere.conftest import (
    HOST,
    Browser,
    House,
    a_house,
    company,
    failure,
    location,
)
from tests.support.clock import StillClock
from tests.support.oidc_provider import an_oidc_provider, walk_through
from tests.support.sign_in_provider import CLIENT, SECRET, SignInProvider

from arcano.identity.elsewhere.elsewhere import Elsewhere
from arcano.identity.sessions import Sessions
from arcano.platform.clock import SystemClock
from arcano.platform.egress import EgressSettings, open_egress

PROVIDERS = "/api/sign-in-providers"


@pytest.fixture
async def empty(tmp_path: Path, clock: StillClock) -> AsyncGenerator[House]:
    """A workspace whose settings name no provider."""
    async with a_house(tmp_path, {}, clock=clock) as house:
        yield house


def draft(provider: SignInProvider, **more: object) -> dict[str, Any]:
    return {"name": "company", "private_addresses": True, **company(provider), **more}


async def add(owner: Browser, provider: SignInProvider, **more: object) -> dict[str, Any]:
    made = await owner.ask("POST", PROVIDERS, draft(provider, **more))
    assert made.status == 201, made.json
    return made.json


async def change(browser: Browser, view: dict[str, Any], **more: object) -> Any:
    """The provider with something else about it, as the page would send it."""
    said = {**view["said"], "version": view["version"], **more}
    return await browser.ask("PUT", f"{PROVIDERS}/{view['name']}", said)


async def switch(browser: Browser, view: dict[str, Any], *, on: bool) -> Any:
    body = {"is_enabled": on, "version": view["version"]}
    return await browser.ask("PATCH", f"{PROVIDERS}/{view['name']}", body)


async def remove(browser: Browser, view: dict[str, Any]) -> Any:
    return await browser.ask("DELETE", f"{PROVIDERS}/{view['name']}?version={view['version']}")


async def actions(house: House) -> list[str]:
    rows = await house.rows("SELECT action FROM audit_records ORDER BY sequence")
    return [row[0] for row in rows if row[0].startswith("provider.")]


async def an_admin(house: House, owner: Browser, *, role: str = "admin") -> Browser:
    """Somebody with a password and this role."""
    body = {"role": role}
    made = await owner.ask("POST", "/api/invitations", body)
    assert made.status == 201, made.json
    token = made.json["token"]
    browser = house.browser()
    taken = await browser.ask(
        "POST",
        "/api/invitations/accept",
        {
            "token": token,
            "email": "admin@company.example",
            "password": "correct horse battery",
            "name": "Admin",
        },
    )
    assert taken.status == 201, taken.json
    return browser


async def stranded(house: House, as_: str = "ada") -> Browser:
    """Somebody who comes in by the provider and in no other way."""
    browser = house.browser()
    assert await browser.sign_in(as_=as_) == "/"
    return browser


@pytest.fixture(scope="module")
def issuer() -> Generator[str]:
    with an_oidc_provider(f"http://{HOST}/api/sign-in/company/callback") as issuer:
        yield issuer


async def test_a_certified_provider_that_was_added_lets_people_in_at_once(
    tmp_path: Path, issuer: str
) -> None:
    async with a_house(tmp_path, {}, clock=SystemClock()) as house:
        owner = await house.set_up()
        body = {
            "name": "company",
            "kind": "oidc",
            "issuer": issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "scopes": ["openid", "email", "profile", "groups"],
            "group_claim": "groups",
            "make_groups": True,
            "new_people": "let-in",
            "private_addresses": True,
        }
        tried = await owner.ask("POST", f"{PROVIDERS}/test", body)
        made = await owner.ask("POST", PROVIDERS, body)
        browser = house.browser()

        page = await browser.come_back(await walk_through(f"{await browser.begin()}&as=ada"))

        assert all(finding["is_good"] for finding in tried.json["items"])
        assert made.json["redirect_address"] == f"http://{HOST}/api/sign-in/company/callback"
        assert page == "/"
        assert (await browser.me())["email"] == "ada@company.example"


async def test_a_test_before_saving_keeps_nothing(empty: House, provider: SignInProvider) -> None:
    owner = await empty.set_up()

    tried = await owner.ask("POST", f"{PROVIDERS}/test", draft(provider))

    assert [each["is_good"] for each in tried.json["items"]] == [True, True, True]
    assert await empty.rows("SELECT name FROM sign_in_providers") == []
    assert (await owner.get("/api/sign-in/settings"))["items"] == []
    assert await actions(empty) == ["provider.tested"]


async def test_a_secret_goes_in_and_never_comes_out(empty: House, provider: SignInProvider) -> None:
    owner = await empty.set_up()
    view = await add(owner, provider)

    listed = await owner.ask("GET", "/api/sign-in/settings")
    kept = await empty.rows("SELECT settings, client_secret_sealed FROM sign_in_providers")
    recorded = await empty.rows("SELECT details FROM audit_records")

    assert view["has_secret"]
    for said in (str(view), str(listed.json), str(kept), str(recorded)):
        assert SECRET not in said
    assert SECRET.encode() not in kept[0][1]


async def test_what_is_changed_keeps_the_secret_unless_another_is_given(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    view = await add(owner, provider)

    renamed = await change(owner, view, label="Head office")
    still = await stranded(empty)
    other = await change(owner, renamed.json, client_secret="another secret altogether")
    refused = await empty.browser().sign_in(as_="grace")
    none = await change(owner, other.json, client_secret=None)

    assert renamed.json["label"] == "Head office"
    assert await still.me() is not None
    assert failure(refused) == "sign-in-not-verified"
    assert (other.json["has_secret"], none.json["has_secret"]) == (True, False)


async def test_another_process_hears_of_every_change_within_a_second(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    clock, threshold = empty.identity.clock, empty.elsewhere.threshold
    sessions = Sessions(empty.database, clock, lifetime=timedelta(days=30), idle=timedelta(days=7))
    async with open_egress(EgressSettings()) as egress, asyncio.TaskGroup() as tasks:
        other = await Elsewhere.of(
            empty.identity.settings,
            egress,
            database=empty.database,
            clock=clock,
            box=threshold.box,
            sessions=sessions,
        )
        keeping = tasks.create_task(sessions.keep())
        heard: list[list[str]] = []

        async def other_has(names: list[str]) -> None:
            async with asyncio.timeout(1):
                while list(other.book.ways) != names:  # noqa: ASYNC110 - another process has no event of ours
                    await asyncio.sleep(0.01)
            heard.append(names)

        view = await add(owner, provider)
        await other_has(["company"])
        view = (await switch(owner, view, on=False)).json
        await other_has([])
        view = (await switch(owner, view, on=True)).json
        await other_has(["company"])
        await remove(owner, view)
        await other_has([])
        await owner.ask("POST", f"{PROVIDERS}/company/restore")
        await other_has(["company"])
        keeping.cancel()

    assert len(heard) == 5


async def test_what_was_deleted_comes_back_whole(empty: House, provider: SignInProvider) -> None:
    owner = await empty.set_up()
    provider.people["ada"] = {"groups": ["navy"]}
    view = await add(owner, provider, group_claim="groups", make_groups=True)
    ada = await stranded(empty)
    before = await empty.rows("SELECT source FROM memberships")

    gone = await remove(owner, view)
    meanwhile = await empty.browser().ask("GET", "/api/sign-in/company/begin")
    between = await empty.rows("SELECT source FROM memberships")
    restored = await owner.ask("POST", f"{PROVIDERS}/company/restore")

    assert gone.status == 204
    assert failure(location(meanwhile)) == "not-found"
    assert (before, between) == ([("company",)], [])
    assert restored.json["accounts"] == 1
    assert await empty.rows("SELECT source FROM memberships") == before
    assert await ada.me() is None
    assert await ada.sign_in() == "/"
    assert await actions(empty) == ["provider.added", "provider.removed", "provider.restored"]


async def test_after_an_hour_what_was_deleted_is_gone_with_its_accounts(
    empty: House, provider: SignInProvider, clock: StillClock
) -> None:
    owner = await empty.set_up()
    view = await add(owner, provider)
    await stranded(empty)
    await remove(owner, view)
    clock.pass_by(timedelta(minutes=61))

    late = await owner.ask("POST", f"{PROVIDERS}/company/restore")
    proved = await owner.ask("POST", "/api/me/proof", {"password": "correct horse battery"})
    later = await owner.ask("POST", f"{PROVIDERS}/company/restore")
    await empty.elsewhere.forget_deleted()

    assert (late.status, proved.status, later.status) == (403, 204, 404)
    assert await empty.rows("SELECT name FROM sign_in_providers") == []
    assert await empty.rows("SELECT subject FROM linked_accounts") == []


@pytest.mark.parametrize("deed", ["disable", "delete"])
async def test_whoever_comes_in_by_nothing_else_is_counted_and_signed_out(
    empty: House, provider: SignInProvider, deed: str
) -> None:
    owner = await empty.set_up()
    await owner.ask("GET", "/api/me")
    await add(owner, provider)
    ada = await stranded(empty)
    await owner.link(as_="the-owner")
    (view,) = (await owner.get("/api/sign-in/settings"))["items"]

    done = await (switch(owner, view, on=False) if deed == "disable" else remove(owner, view))

    assert (view["accounts"], view["only_way_of"]) == (2, 1)
    assert done.status in (200, 204)
    assert await ada.me() is None
    assert await owner.me() is not None
    details = await empty.rows("SELECT details FROM audit_records ORDER BY sequence DESC LIMIT 1")
    assert '"signed_out":1' in details[0][0]


@pytest.mark.parametrize("deed", ["disable", "delete"])
async def test_the_owner_is_not_locked_out(
    empty: House, provider: SignInProvider, deed: str
) -> None:
    owner = await empty.set_up()
    view = await add(owner, provider)
    await owner.link(as_="the-owner")
    await empty.run("UPDATE users SET password_hash = NULL")

    done = await (switch(owner, view, on=False) if deed == "disable" else remove(owner, view))
    second = await add(owner, provider, name="second", issuer=f"{provider.issuer}/")
    stays = await remove(owner, view)

    assert (done.status, done.json["code"]) == (409, "last-way-in")
    assert second["is_enabled"]
    assert stays.status == 409, "another provider helps only whoever has an account of it"
    assert await empty.browser().sign_in(as_="the-owner") == "/"


async def test_whoever_was_on_the_way_when_it_was_switched_off_is_not_let_in(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    view = await add(owner, provider)
    late, later = empty.browser(), empty.browser()
    back = await late.to_provider()

    async def switched_off() -> None:
        assert (await switch(owner, view, on=False)).status == 200

    provider.meanwhile = switched_off

    page = await late.come_back(back)

    assert failure(page) == "not-found"
    assert await late.me() is None
    assert failure(await later.begin()) == "not-found"
    assert len(await empty.rows("SELECT id FROM users")) == 1


async def test_those_of_the_settings_are_shown_and_not_changed(
    house: House, provider: SignInProvider
) -> None:
    owner = await house.set_up()
    (view,) = (await owner.get("/api/sign-in/settings"))["items"]

    taken = await owner.ask("POST", PROVIDERS, draft(provider))
    changed = await owner.ask(
        "PUT",
        f"{PROVIDERS}/company",
        {"kind": "oidc", "issuer": "x", "client_id": "y", "version": 0},
    )
    off = await switch(owner, view, on=False)
    gone = await remove(owner, view)

    assert (view["source"], view["said"], view["only_way_of"]) == ("settings", None, 0)
    assert (taken.status, taken.json["code"]) == (409, "sign-in-provider-name-taken")
    for refused in (changed, off, gone):
        assert refused.json["code"] in ("sign-in-provider-is-configured", "invalid-input")
    assert await house.browser().sign_in() == "/"


async def test_of_two_who_change_it_the_later_is_told(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    view = await add(owner, provider)

    first = await change(owner, view, label="One")
    second = await change(owner, view, label="Two")

    assert (first.status, second.status) == (200, 409)
    assert second.json["code"] == "sign-in-provider-changed"


async def test_accounts_stay_with_their_issuer(empty: House, provider: SignInProvider) -> None:
    owner = await empty.set_up()
    view = await add(owner, provider)
    moved = await change(owner, view, issuer="https://elsewhere.example")
    back = await change(owner, moved.json, issuer=provider.issuer)
    await stranded(empty)

    refused = await change(owner, back.json, issuer="https://elsewhere.example")

    assert (moved.status, back.status) == (200, 200)
    assert (refused.status, refused.json["code"]) == (409, "sign-in-provider-in-use")


@pytest.mark.parametrize(
    "body",
    [
        {"issuer": "http://sso.company.example"},
        {"issuer": "https://user:word@sso.company.example"},
        {"issuer": "https://sso.company.example/?next=x"},
        {"issuer": "javascript:alert(1)"},
        {"issuer": "file:///etc/passwd"},
        {"issuer": ""},
        {"client_id": ""},
        {"client_id": "x" * 501},
        {"client_secret": "x" * 2001},
        {"client_secret": ""},
        {"name": "manual"},
        {"name": "../settings"},
        {"name": "Großer"},
        {"name": ""},
        {"kind": "saml"},
        {"kind": "github", "client_secret": None},
        {"kind": "firebase"},
        {"kind": "firebase", "project": "p", "keys_url": "https://evil.example/keys"},
        {"scopes": ["openid\nadmin"]},
        {"scopes": ["x"] * 31},
        {"groups": {str(number): "x" for number in range(201)}},
        {"domains": ["two words"]},
        {"roles": {"boss": "owner"}, "role_claim": "roles"},
        {"roles": {"boss": "no-such-role"}, "role_claim": "roles"},
        {"new_people": "all"},
        {"trust_email": "perhaps"},
        {"label": "x" * 41},
        {"unknown": True},
    ],
)
async def test_what_is_no_provider_is_refused_with_a_reason(
    empty: House, provider: SignInProvider, body: dict[str, Any]
) -> None:
    owner = await empty.set_up()

    refused = await owner.ask("POST", PROVIDERS, draft(provider, **body))

    assert (refused.status, refused.json["code"]) == (422, "invalid-input"), refused.json
    assert refused.json["detail"]
    assert await empty.rows("SELECT name FROM sign_in_providers") == []


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:8443",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://[::1]",
        "https://0x7f.1",
    ],
)
async def test_an_address_of_this_network_is_asked_only_where_somebody_allowed_it(
    empty: House, provider: SignInProvider, address: str
) -> None:
    owner = await empty.set_up()
    at_home = {"private_addresses": False}

    tried = await owner.ask("POST", f"{PROVIDERS}/test", draft(provider, issuer=address, **at_home))
    local = await owner.ask("POST", f"{PROVIDERS}/test", draft(provider, **at_home))
    await add(owner, provider, **at_home)
    page = await empty.browser().begin()

    for found in (tried, local):
        (finding,) = found.json["items"]
        assert not finding["is_good"]
        assert "does not connect" in finding["detail"]
    assert failure(page) == "sign-in-provider-unreachable"
    assert provider.asked == []


async def test_where_a_cloud_tells_a_machine_who_it_is_nobody_can_allow(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()

    tried = await owner.ask(
        "POST", f"{PROVIDERS}/test", draft(provider, issuer="https://169.254.169.254")
    )

    assert "does not connect" in tried.json["items"][0]["detail"]


async def test_an_admin_gives_nobody_through_a_provider_what_an_admin_may_not_give(
    empty: House, provider: SignInProvider
) -> None:
    owner = await empty.set_up()
    admin = await an_admin(empty, owner)
    powerful = {"name": "masters", "description": "", "permissions": ["role.manage"]}

    plain = await admin.ask("POST", PROVIDERS, draft(provider, name="plain"))
    grouped = await admin.ask("POST", PROVIDERS, draft(provider, name="groups", group_claim="g"))
    made = await owner.ask("POST", "/api/groups", powerful)
    masters = await admin.ask("POST", PROVIDERS, draft(provider, name="masters", group_claim="g"))
    roles = {"role_claim": "roles", "roles": {"boss": "admin"}}
    bosses = await admin.ask("POST", PROVIDERS, draft(provider, name="bosses", **roles))
    owners = await owner.ask("POST", PROVIDERS, draft(provider, name="owners", **roles))
    turned = await change(admin, owners.json, issuer="https://mine.example")

    assert (plain.status, grouped.status, made.status) == (201, 201, 201)
    assert (masters.status, bosses.status) == (403, 403)
    assert owners.status == 201
    assert turned.status == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PROVIDERS),
        ("POST", f"{PROVIDERS}/test"),
        ("PUT", f"{PROVIDERS}/company"),
        ("PATCH", f"{PROVIDERS}/company"),
        ("DELETE", f"{PROVIDERS}/company?version=1"),
        ("POST", f"{PROVIDERS}/company/restore"),
        ("GET", "/api/sign-in/settings"),
    ],
)
async def test_members_set_up_nothing_and_changes_need_a_fresh_proof(
    empty: House, provider: SignInProvider, clock: StillClock, method: str, path: str
) -> None:
    owner = await empty.set_up()
    await add(owner, provider)
    member = await stranded(empty)
    clock.pass_by(timedelta(minutes=11))
    body = draft(provider) if method in ("POST", "PUT") else {"is_enabled": False, "version": 1}

    by_member = await member.ask(method, path, body)
    by_owner = await owner.ask(method, path, body)

    assert (by_member.status, by_member.json["code"]) == (403, "not-allowed")
    reads = method == "GET" or path.endswith("/test")
    assert (by_owner.json.get("code") == "proof-needed") is not reads

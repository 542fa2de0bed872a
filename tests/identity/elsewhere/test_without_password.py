"""People who sign in elsewhere and have no password: what others confirm with theirs, they prove otherwise."""

from datetime import timedelta

from tests.identity.elsewhere.conftest import Browser, House
from tests.identity.elsewhere.test_second_step import with_codes
from tests.support.ask_app import Answer
from tests.support.clock import StillClock

from arcano.identity.sessions import PROOF_LASTS

LATER = PROOF_LASTS + timedelta(seconds=1)


async def hands_over(owner: Browser, to: str) -> Answer:
    return await owner.ask("POST", "/api/me/hand-over", {"to": to, "password": ""})


async def test_the_workspace_is_handed_over_only_by_an_owner_who_signed_in_lately(
    house: House, clock: StillClock
) -> None:
    ada, grace = house.browser(), house.browser()
    await ada.sign_in(as_="ada")
    await grace.sign_in(as_="grace")
    heir = (await grace.me())["id"]
    clock.pass_by(LATER)

    refused = await hands_over(ada, heir)

    assert (refused.status, refused.json["code"]) == (403, "proof-needed")
    assert (await ada.me())["role"] == "owner"
    await ada.sign_in(as_="ada")
    done = await hands_over(ada, heir)
    assert (done.status, done.json["role"]) == (200, "admin")
    assert (await grace.me())["role"] == "owner"


async def test_an_account_is_deleted_only_by_whoever_signed_in_lately(
    house: House, clock: StillClock
) -> None:
    await house.set_up()
    ada = house.browser()
    await ada.sign_in(as_="ada")
    clock.pass_by(LATER)

    refused = await ada.ask("POST", "/api/me/delete", {"password": ""})

    assert (refused.status, refused.json["code"]) == (403, "proof-needed")
    await ada.sign_in(as_="ada")
    assert (await ada.ask("POST", "/api/me/delete", {"password": ""})).status == 204
    assert await house.rows("SELECT 1 FROM users WHERE email LIKE 'ada@%'") == []


async def test_a_second_factor_is_the_proof_where_there_is_one(
    house: House, clock: StillClock
) -> None:
    ada, grace = house.browser(), house.browser()
    await ada.sign_in(as_="ada")
    app = await with_codes(ada, clock)
    await grace.sign_in(as_="grace")
    heir = (await grace.me())["id"]
    clock.pass_by(LATER)

    refused = await hands_over(ada, heir)
    asked = await ada.ask("POST", "/api/me/proof/begin")
    code = {"token": asked.json["token"], "code": app.at(clock.now())}
    await ada.ask("POST", "/api/me/proof", code)
    done = await hands_over(ada, heir)

    assert refused.json["code"] == "proof-needed"
    assert (done.status, done.json["role"]) == (200, "admin")

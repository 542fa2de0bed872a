"""A second factor: asked for after the password, right once, and never the way around it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
import pytest_asyncio
from pyotp.totp import TOTP
from tests.support.authenticator import Authenticator
from tests.support.members import Member, a_member
from tests.support.server import Server
from tests.support.visitor import PASSWORD, Answered, Visitor, a_visitor

from arcano.entrypoints.password_link import password_link
from arcano.entrypoints.settings import Settings


@pytest_asyncio.fixture(loop_scope="session")
async def member(server: Server, visitor: Visitor) -> AsyncGenerator[Member]:
    assert visitor
    async with a_member(server) as member:
        yield member


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(server: Server) -> AsyncGenerator[Visitor]:
    """A browser without a session."""
    async with a_visitor(server.url) as stranger:
        yield stranger


class App:
    """An authenticator app. Each code is of the next step, as none is taken twice and a test does not wait for time."""

    def __init__(self, secret: str) -> None:
        self._totp = TOTP(secret)
        self._step = int(time.time()) // 30 - 1

    def code(self) -> str:
        code = self._totp.at(self._step * 30)
        self._step += 1
        return code


async def with_codes(member: Member) -> tuple[App, list[str]]:
    """Set codes up; the app, and the recovery codes."""
    begun = await member.post("/api/me/second-factors/codes")
    assert begun.status == 201, begun
    assert begun.body["picture"].startswith("data:image/svg+xml")
    app = App(begun.body["secret"])
    confirmed = await member.post("/api/me/second-factors/codes/confirm", {"code": app.code()})
    assert confirmed.status == 200, confirmed
    return app, confirmed.body["recovery_codes"]


async def password_only(member: Member, browser: Visitor) -> dict[str, Any]:
    """What somebody is asked after the right password."""
    asked = await browser.post("/api/session", {"email": member.email, "password": PASSWORD})
    assert asked.status == 202, asked
    assert "set-cookie" not in asked.headers
    return asked.body


async def second_step(browser: Visitor, token: str, **answer: object) -> Answered:
    return await browser.post("/api/session/second", {"token": token, **answer})


async def test_after_the_password_a_code_lets_one_in(member: Member, stranger: Visitor) -> None:
    app, _ = await with_codes(member)
    asked = await password_only(member, stranger)

    assert asked["methods"] == ["code", "recovery"]
    assert (await stranger.get("/api/me")).status == 401
    let_in = await second_step(stranger, asked["token"], code=app.code())

    assert let_in.status == 201
    assert (await stranger.get("/api/me")).body["id"] == member.id


async def test_a_link_for_a_new_password_is_no_way_around_the_second_factor(
    visitor: Visitor, member: Member, stranger: Visitor
) -> None:
    app, _ = await with_codes(member)
    link = await visitor.post(f"/api/people/{member.id}/password-reset")
    new = {"token": link.body["token"], "password": "another correct horse"}

    asked = await stranger.post("/api/password-resets/use", new)

    assert asked.status == 202, asked
    assert "set-cookie" not in asked.headers
    assert (await stranger.get("/api/me")).status == 401
    let_in = await second_step(stranger, asked.body["token"], code=app.code())
    assert let_in.status == 201


async def test_whoever_holds_the_machine_lets_somebody_in_who_has_lost_every_factor(
    server: Server, member: Member, stranger: Visitor
) -> None:
    await with_codes(member)
    settings = Settings(data_dir=server.data_dir)
    link = await asyncio.to_thread(
        password_link, member.email, settings=settings, without_second_factor=True
    )
    chosen = {"token": link.removeprefix("/reset#"), "password": PASSWORD}

    used = await stranger.post("/api/password-resets/use", chosen)
    factors = await stranger.get("/api/me/second-factors")

    assert used.status == 201
    assert (factors.body["has_codes"], factors.body["passkeys"]) == (False, [])


async def test_a_code_is_taken_once(member: Member, stranger: Visitor) -> None:
    app, _ = await with_codes(member)
    code = app.code()
    assert (
        await second_step(stranger, (await password_only(member, stranger))["token"], code=code)
    ).status == 201

    again = await second_step(stranger, (await password_only(member, stranger))["token"], code=code)

    assert (again.status, again.code) == (401, "wrong-code")


async def test_a_question_is_answered_once_and_a_wrong_answer_leaves_it_open(
    member: Member, stranger: Visitor
) -> None:
    app, _ = await with_codes(member)
    token = (await password_only(member, stranger))["token"]

    wrong = await second_step(stranger, token, code="000000")
    right = await second_step(stranger, token, code=app.code())
    later = await second_step(stranger, token, code=app.code())

    assert (wrong.code, right.status, later.code) == ("wrong-code", 201, "challenge-over")


async def test_a_recovery_code_opens_once(member: Member, stranger: Visitor) -> None:
    _, codes = await with_codes(member)
    assert len(set(codes)) == 10
    token = (await password_only(member, stranger))["token"]

    first = await second_step(stranger, token, code=codes[0].upper())
    token = (await password_only(member, stranger))["token"]
    again = await second_step(stranger, token, code=codes[0])

    assert (first.status, again.code) == (201, "wrong-code")
    assert (await member.get("/api/me/second-factors")).body["recovery_codes_left"] == 9


async def test_codes_that_were_not_confirmed_are_not_asked_for(
    member: Member, stranger: Visitor
) -> None:
    begun = await member.post("/api/me/second-factors/codes")
    wrong = await member.post("/api/me/second-factors/codes/confirm", {"code": "000000"})

    assert begun.status == 201
    assert wrong.code == "wrong-code"
    let_in = await stranger.post("/api/session", {"email": member.email, "password": PASSWORD})
    assert let_in.status == 201


async def test_guessing_codes_is_slowed_down(member: Member, stranger: Visitor) -> None:
    await with_codes(member)
    token = (await password_only(member, stranger))["token"]

    answers = [await second_step(stranger, token, code=f"{n:06}") for n in range(11)]

    assert [answer.status for answer in answers].count(401) <= 10
    assert answers[-1].code == "too-many-attempts"


async def test_a_passkey_lets_one_in(member: Member, stranger: Visitor) -> None:
    passkey = await with_passkey(member)
    asked = await password_only(member, stranger)

    assert asked["methods"] == ["passkey", "recovery"]
    let_in = await second_step(stranger, asked["token"], credential=passkey.use(asked["options"]))

    assert let_in.status == 201, let_in
    (known,) = (await member.get("/api/me/second-factors")).body["passkeys"]
    assert known["name"] == "Key ring"
    assert known["used_at"] is not None


HOSTILE = (
    "another key",
    "another site",
    "an answer to an older question",
    "a new credential",
    "nothing",
    "no credential",
    "an empty response",
    "a bent signature",
    "bent authenticator data",
    "bent client data",
)


def hostile(
    how: str, passkey: Authenticator, options: dict[str, Any], older: dict[str, Any]
) -> Any:
    """Something that is not the passkey's answer to what was asked."""
    good = passkey.use(options)

    def bent(part: str) -> dict[str, Any]:
        return {
            **good,
            "response": {**good["response"], part: good["response"][part][:-4] + "AAAA"},
        }

    thief = Authenticator("https://evil.example:443", credential_id=passkey.credential_id)
    empty: dict[str, Any] = {}
    answers: dict[str, Callable[[], Any]] = {
        "another key": lambda: Authenticator(passkey.origin).use(options),
        "another site": lambda: thief.use(options),
        "an answer to an older question": lambda: passkey.use(older),
        "a new credential": lambda: passkey.make(options),
        "nothing": lambda: empty,
        "no credential": lambda: {"id": 5},
        "an empty response": lambda: {**good, "response": empty},
        "a bent signature": lambda: bent("signature"),
        "bent authenticator data": lambda: bent("authenticatorData"),
        "bent client data": lambda: bent("clientDataJSON"),
    }
    return answers[how]()


@pytest.mark.parametrize("how", HOSTILE)
async def test_what_is_not_the_passkeys_answer_opens_nothing(
    how: str, member: Member, stranger: Visitor
) -> None:
    passkey = await with_passkey(member)
    older = (await password_only(member, stranger))["options"]
    asked = await password_only(member, stranger)

    credential = hostile(how, passkey, asked["options"], older)
    refused = await second_step(stranger, asked["token"], credential=credential)

    assert (refused.status, refused.code) == (401, "wrong-code")
    assert (await stranger.get("/api/me")).status == 401


async def test_a_passkey_that_counts_backwards_was_copied(
    member: Member, stranger: Visitor
) -> None:
    passkey = await with_passkey(member)
    passkey.counts = 7
    asked = await password_only(member, stranger)
    assert (
        await second_step(stranger, asked["token"], credential=passkey.use(asked["options"]))
    ).status == 201

    passkey.counts = 3
    asked = await password_only(member, stranger)
    copied = await second_step(stranger, asked["token"], credential=passkey.use(asked["options"]))

    assert copied.code == "wrong-code"
    assert "copied" in copied.body["detail"]


async def test_what_is_dangerous_needs_a_fresh_proof(server: Server, member: Member) -> None:
    app, _ = await with_codes(member)
    member.last_proved_long_ago()

    refused = await member.delete("/api/me/second-factors/codes")
    assert (refused.status, refused.code) == (403, "proof-needed")
    asked = (await member.post("/api/me/proof/begin")).body
    by_password = await member.post("/api/me/proof", {"password": PASSWORD})
    proved = await member.post("/api/me/proof", {"token": asked["token"], "code": app.code()})

    assert by_password.status == 401
    assert proved.status == 204
    assert (await member.delete("/api/me/second-factors/codes")).status == 204
    assert server.process.poll() is None


async def test_a_password_alone_does_not_end_the_account_of_whoever_has_a_second_factor(
    member: Member,
) -> None:
    app, _ = await with_codes(member)
    member.last_proved_long_ago()

    refused = await member.post("/api/me/delete", {"password": PASSWORD})
    assert (refused.status, refused.code) == (403, "proof-needed")
    asked = (await member.post("/api/me/proof/begin")).body
    await member.post("/api/me/proof", {"token": asked["token"], "code": app.code()})

    wrong = await member.post("/api/me/delete", {"password": "wrong password"})
    assert (wrong.status, wrong.code) == (401, "wrong-credentials")
    assert (await member.post("/api/me/delete", {"password": PASSWORD})).status == 204


async def test_without_a_second_factor_the_password_is_the_proof(member: Member) -> None:
    member.last_proved_long_ago()

    wrong = await member.post("/api/me/proof", {"password": "wrong password"})
    right = await member.post("/api/me/proof", {"password": PASSWORD})

    assert (wrong.status, right.status) == (401, 204)
    assert (await member.post("/api/me/second-factors/codes")).status == 201


async def test_anothers_passkey_and_challenge_are_of_no_use(
    server: Server, member: Member, stranger: Visitor
) -> None:
    app, _ = await with_codes(member)
    async with a_member(server) as thief:
        mine, _ = await with_codes(thief)
        token = (await password_only(member, stranger))["token"]
        stolen = await second_step(stranger, token, code=mine.code())
        as_proof = await thief.post("/api/me/proof", {"token": token, "code": app.code()})
        passkey = await with_passkey(member)
        known = (await member.get("/api/me/second-factors")).body["passkeys"][0]["id"]
        dropped = await thief.delete(f"/api/me/second-factors/passkeys/{known}")

    assert stolen.code == "wrong-code"
    assert as_proof.code == "challenge-over"
    assert dropped.status == 404
    assert passkey


async def test_without_any_factor_left_the_password_is_enough_again(
    member: Member, stranger: Visitor
) -> None:
    await with_passkey(member)
    (known,) = (await member.get("/api/me/second-factors")).body["passkeys"]

    assert (await member.delete(f"/api/me/second-factors/passkeys/{known['id']}")).status == 204

    left = (await member.get("/api/me/second-factors")).body
    assert left == {"has_codes": False, "passkeys": [], "recovery_codes_left": 0}
    let_in = await stranger.post("/api/session", {"email": member.email, "password": PASSWORD})
    assert let_in.status == 201


async def with_passkey(member: Member) -> Authenticator:
    passkey = Authenticator(member.url)
    asked = (await member.post("/api/me/second-factors/passkeys/begin")).body
    made = await member.post(
        "/api/me/second-factors/passkeys",
        {
            "token": asked["token"],
            "name": "Key ring",
            "credential": passkey.make(asked["options"]),
        },
    )
    assert made.status == 201, made
    return passkey


@pytest.mark.parametrize("answer", [{}, {"code": None}, {"credential": None, "code": None}])
async def test_no_answer_is_no_answer(
    answer: dict[str, object], member: Member, stranger: Visitor
) -> None:
    await with_codes(member)
    token = (await password_only(member, stranger))["token"]

    assert (await second_step(stranger, token, **answer)).code == "wrong-code"

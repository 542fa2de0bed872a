"""Signing in by a Firebase ID token: RS256 by the project's keys; the emulator's unsigned ones only beside the emulator."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from tests.identity.elsewhere.conftest import (
    PASSWORD,
    House,
    Provider,
    a_house,
    nobody_got_in,
)
from tests.support.clock import StillClock
from tests.support.sign_in_provider import (
    FOREIGN_KEY,
    OWN_KEY,
    Claims,
    SignInProvider,
    unsigned,
)

from arcano.identity.sessions import PROOF_LASTS

PROJECT = "reading-room"
MISSING = object()

RECORDED = (
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."
    "eyJuYW1lIjoiQWRhIiwiZ3JvdXBzIjpbInJlYWRlcnMiXSwiZW1haWwiOiJhZGFAY29tcGFueS5leGFt"
    "cGxlIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsImF1dGhfdGltZSI6MTc5NTkwNDE1OSwidXNlcl9pZCI6"
    "IlFaeDVjazE5UGRGWFhSaEVzSGRyQTE0Z0sxdnkiLCJmaXJlYmFzZSI6eyJpZGVudGl0aWVzIjp7ImVt"
    "YWlsIjpbImFkYUBjb21wYW55LmV4YW1wbGUiXX0sInNpZ25faW5fcHJvdmlkZXIiOiJwYXNzd29yZCJ9"
    "LCJpYXQiOjE3OTU5MDQxNTksImV4cCI6MTc5NTkwNzc1OSwiYXVkIjoiZGVtby1yZWFkaW5nLXJvb20i"
    "LCJpc3MiOiJodHRwczovL3NlY3VyZXRva2VuLmdvb2dsZS5jb20vZGVtby1yZWFkaW5nLXJvb20iLCJz"
    "dWIiOiJRWng1Y2sxOVBkRlhYUmhFc0hkckExNGdLMXZ5In0"
    "."
)
"""What the emulator of firebase-tools 15.34.2 gave somebody who signed in; nobody has signed it."""
RECORDED_AT = datetime(2026, 11, 28, 22, 15, 59, tzinfo=UTC)


def firebase(provider: SignInProvider) -> Provider:
    """The project whose keys `provider` publishes."""
    return {
        "kind": "firebase",
        "project": PROJECT,
        "keys_url": f"{provider.issuer}/keys",
        "new_people": "let-in",
        "group_claim": "groups",
        "make_groups": True,
    }


@pytest.fixture
async def house(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> AsyncGenerator[House]:
    async with a_house(tmp_path, {"firebase": firebase(provider)}, clock=clock) as house:
        yield house


@pytest.fixture
async def beside_emulator(
    tmp_path: Path, provider: SignInProvider, clock: StillClock
) -> AsyncGenerator[House]:
    providers = {"firebase": firebase(provider)}
    async with a_house(tmp_path, providers, clock=clock, emulator="127.0.0.1:9099") as house:
        yield house


def says(clock: StillClock, person: str = "ada", /, **values: object) -> Claims:
    """The claims that Firebase documents, with some of them otherwise."""
    now = int(clock.now().timestamp())
    claims: Claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "auth_time": now - 5,
        "user_id": person,
        "sub": person,
        "iat": now - 5,
        "exp": now + 3595,
        "email": f"{person}@company.example",
        "email_verified": True,
        "firebase": {"identities": {"email": [f"{person}@company.example"]}},
        **values,
    }
    return {key: value for key, value in claims.items() if value is not MISSING}


def signed(claims: Claims, **header: object) -> str:
    return jwt.encode({"alg": "RS256", "kid": "own", **header}, claims, OWN_KEY)


async def hand_over(house: House, token: object) -> tuple[int, Any, Any]:
    """The status, the answer, and who is signed in then."""
    browser = house.browser()
    answer = await browser.ask("POST", "/api/sign-in/firebase", {"id_token": token})
    return answer.status, answer.json, await browser.me()


async def test_a_token_lets_its_person_in(house: House, clock: StillClock) -> None:
    status, _, me = await hand_over(house, signed(says(clock, groups=["readers"])))

    assert (status, me["email"], me["role"]) == (201, "ada@company.example", "owner")
    assert await house.rows("SELECT name FROM groups") == [("readers",)]


async def test_of_fifty_who_come_first_at_once_one_becomes_the_owner(
    house: House, clock: StillClock
) -> None:
    answers = await asyncio.gather(
        *(hand_over(house, signed(says(clock, f"p{number}"))) for number in range(50))
    )

    assert sorted(me["role"] for _, _, me in answers) == ["member"] * 49 + ["owner"]


async def test_a_token_is_good_for_one_session(house: House, clock: StillClock) -> None:
    token = signed(says(clock))

    answers = await asyncio.gather(*(hand_over(house, token) for _ in range(10)))

    assert sorted(status for status, _, _ in answers) == [201] + [401] * 9
    assert {json["code"] for status, json, _ in answers if status == 401} == {"sign-in-expired"}


def age(name: str, seconds: int) -> Callable[[StillClock], str]:
    def token(clock: StillClock) -> str:
        return signed(says(clock, **{name: int(clock.now().timestamp()) + seconds}))

    return token


def claiming(**values: object) -> Callable[[StillClock], str]:
    return lambda clock: signed(says(clock, **values))


LIES: dict[str, Callable[[StillClock], object]] = {
    "another project's": claiming(aud="another"),
    "another project's issuer": claiming(iss="https://securetoken.google.com/another"),
    "Google's own": claiming(iss="https://accounts.google.com"),
    "no issuer": claiming(iss=MISSING),
    "no audience": claiming(aud=MISSING),
    "two audiences": claiming(aud=[PROJECT, "another"]),
    "about nobody": claiming(sub=""),
    "without a subject": claiming(sub=MISSING),
    "about a novel": claiming(sub="x" * 129),
    "expired": age("exp", -61),
    "never expires": claiming(exp=MISSING),
    "from the future": age("iat", 120),
    "signed in in the future": age("auth_time", 120),
    "signed in long ago": age("auth_time", -601),
    "signed in never": claiming(auth_time=MISSING),
    "signed in by a word": claiming(auth_time="now"),
    "signed by a foreign key": lambda clock: jwt.encode(
        {"alg": "RS256", "kid": "own"}, says(clock), FOREIGN_KEY
    ),
    "signed by an unknown key": lambda clock: signed(says(clock), kid="new"),
    "of an algorithm that Firebase does not use": lambda clock: jwt.encode(
        {"alg": "RS512", "kid": "own"}, says(clock), _any_algorithm(), ["RS512"]
    ),
    "the emulator's": lambda clock: unsigned(says(clock)),
    "unsigned, with RS256": lambda clock: unsigned(says(clock), algorithm="RS256"),
    "no token": lambda _: "word",
    "an empty one": lambda _: "",
    "a signed one without its signature": lambda clock: (
        signed(says(clock)).rpartition(".")[0] + "."
    ),
}


def _any_algorithm() -> Any:
    key = OWN_KEY.as_dict(private=True)
    key.pop("alg")
    return type(OWN_KEY).import_key(key)


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_token_that_lies_lets_nobody_in(
    house: House, clock: StillClock, lie: Callable[[StillClock], object]
) -> None:
    status, json, me = await hand_over(house, lie(clock))

    assert (status, json["code"], me) == (401, "sign-in-not-verified", None)
    assert await nobody_got_in(house)


@pytest.mark.parametrize("name", sorted(LIES.keys() - {"the emulator's"}))
async def test_beside_the_emulator_a_lie_is_still_a_lie(
    beside_emulator: House, clock: StillClock, name: str
) -> None:
    lie = LIES[name]
    status, _, me = await hand_over(beside_emulator, lie(clock))

    assert (status, me) == (401, None)


@pytest.mark.parametrize(
    "values",
    [
        {"aud": "another"},
        {"iss": "https://securetoken.google.com/another"},
        {"sub": ""},
        {"exp": 1},
        {"auth_time": 1},
    ],
)
async def test_the_emulators_token_must_say_what_a_signed_one_must(
    beside_emulator: House, clock: StillClock, values: dict[str, object]
) -> None:
    status, json, me = await hand_over(beside_emulator, unsigned(says(clock, **values)))

    assert (status, json["code"], me) == (401, "sign-in-not-verified", None)


async def test_beside_the_emulator_its_tokens_and_signed_ones_are_taken(
    beside_emulator: House, clock: StillClock
) -> None:
    emulated, _, _ = await hand_over(beside_emulator, unsigned(says(clock, "ada")))
    real, _, _ = await hand_over(beside_emulator, signed(says(clock, "grace")))

    assert (emulated, real) == (201, 201)


@pytest.mark.parametrize(("emulator", "status"), [("127.0.0.1:9099", 201), ("", 401)])
async def test_a_token_that_the_real_emulator_gave_is_taken_beside_it_and_nowhere_else(
    tmp_path: Path, provider: SignInProvider, clock: StillClock, emulator: str, status: int
) -> None:
    clock.moment = RECORDED_AT
    providers = {"firebase": {**firebase(provider), "project": "demo-reading-room"}}
    async with a_house(tmp_path, providers, clock=clock, emulator=emulator) as house:
        answered, _, me = await hand_over(house, RECORDED)

        assert answered == status
        assert me is None or (me["name"], me["email"]) == ("Ada", "ada@company.example")
        assert await house.rows("SELECT name FROM groups") == ([("readers",)] if me else [])


async def test_an_account_is_linked_only_by_whoever_showed_lately_that_it_is_really_them(
    house: House, clock: StillClock
) -> None:
    owner = await house.set_up()
    clock.pass_by(PROOF_LASTS + timedelta(seconds=1))
    token = {"id_token": signed(says(clock))}

    refused = await owner.ask("POST", "/api/me/accounts/firebase", token)
    assert (refused.status, refused.json["code"]) == (403, "proof-needed")

    assert (await owner.ask("POST", "/api/me/proof", {"password": PASSWORD})).status == 204
    assert (await owner.ask("POST", "/api/me/accounts/firebase", token)).status == 204


async def test_without_a_verified_address_nobody_is_let_in(house: House, clock: StillClock) -> None:
    status, json, _ = await hand_over(house, signed(says(clock, email_verified=False)))

    assert (status, json["code"]) == (403, "email-not-verified")
    assert await nobody_got_in(house)


async def test_whoever_administers_the_workspace_is_warned_of_the_emulator(
    beside_emulator: House,
) -> None:
    owner = await beside_emulator.set_up()

    findings = (await owner.ask("POST", "/api/sign-in/firebase/test")).json["items"]

    assert [(each["what"], each["is_good"]) for each in findings] == [
        ("keys", True),
        ("emulator", False),
    ]


async def test_unknown_keys_do_not_make_us_ask_for_them_without_end(
    house: House, provider: SignInProvider, clock: StillClock
) -> None:
    for number in range(20):
        await hand_over(house, signed(says(clock), kid=f"k{number}"))
    within = provider.asked.count("/keys")
    clock.pass_by(timedelta(minutes=1))
    await hand_over(house, signed(says(clock), kid="later"))

    assert (within, provider.asked.count("/keys")) == (1, 2)

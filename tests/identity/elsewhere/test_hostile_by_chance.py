"""Signing in with a token or a way back that was changed somewhere, anywhere: nobody gets in."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import parse_qs

from tests.identity.elsewhere.conftest import House, failure, nobody_got_in
from tests.support.chance import tries
from tests.support.sign_in_provider import CLIENT, Claims, SignInProvider

WRONG: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**63, 2**70, "", " ", "null", "*", "%", "owner", [], [[]], {}, {"a": 1}, "\u0000",
    "a" * 5000, CLIENT.upper(), f"{CLIENT} ", f" {CLIENT}", f"{CLIENT}\n", [CLIENT.upper()],
]  # fmt: skip
NEEDED = ("iss", "aud", "nonce", "exp", "iat", "sub")


def _bytes_of(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _text_of(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def with_one_bit_changed(token: str, chance: Random) -> str:
    """In the head, in the claims or in the signature: of what it means, not of how it is spelled."""
    parts = [bytearray(_bytes_of(part)) for part in token.split(".")]
    part = chance.choice(parts)
    part[chance.randrange(len(part))] ^= 1 << chance.randrange(8)
    return ".".join(_text_of(bytes(each)) for each in parts)


def with_parts_of_another_shape(token: str, chance: Random) -> str:
    parts = token.split(".")
    deed = chance.randrange(5)
    if deed == 0:
        parts.pop(chance.randrange(3))
    elif deed == 1:
        parts.insert(chance.randrange(4), chance.choice(["", "e30", parts[1]]))
    elif deed == 2:
        number = chance.randrange(3)
        parts[number] = parts[number][: chance.randrange(len(parts[number]))]
    elif deed == 3:
        parts[2] = _text_of(chance.randbytes(256))
    else:
        parts[0], parts[1] = parts[1], parts[0]
    return ".".join(parts)


def with_another_head(token: str, chance: Random) -> str:
    """What the token says of itself is not signed by anybody who would say so."""
    _, claims, signature = token.split(".")
    head: dict[str, Any] = {"alg": "RS256", "kid": "own"}
    name = chance.choice(["alg", "kid", "typ", "crit", "jwk", "jku", "b64"])
    head[name] = chance.choice([*WRONG, "none", "None", "nOnE", "HS256", "ES256", "PS512", "dir"])
    kept = chance.choice([signature, "", _text_of(b"\0" * 256)])
    return f"{_text_of(json.dumps(head).encode())}.{claims}.{kept}"


TOKENS: list[Callable[[str, Random], str]] = [
    with_one_bit_changed,
    with_parts_of_another_shape,
    with_another_head,
]


@dataclass(slots=True)
class _Signer:
    """Signs honestly, then changes what was signed. Remembers it, for whoever reads of a failure."""

    honest: Callable[[Claims], str]
    change: Callable[[str, Random], str]
    chance: Random
    made: str = ""

    def sign(self, claims: Claims) -> str:
        self.made = self.change(self.honest(claims), self.chance)
        return self.made


async def test_a_token_that_was_changed_anywhere_lets_nobody_in(
    house: House, provider: SignInProvider
) -> None:
    honest = provider.sign
    for chance in tries(25, about="tokens"):
        change = chance.choice(TOKENS)
        made = _Signer(honest, change, chance)
        provider.sign = made.sign
        browser = house.browser()

        assert failure(await browser.sign_in()) is not None, made
        assert await nobody_got_in(house, browser), made
    provider.sign = honest
    assert failure(await house.browser().sign_in()) is None


async def test_a_claim_that_is_wrong_in_any_way_lets_nobody_in(
    house: House, provider: SignInProvider
) -> None:
    """Signed as it should be: the provider itself lies, or says what makes no sense."""
    honest = provider.sign
    for chance in tries(25, about="claims"):
        name, value = chance.choice(NEEDED), chance.choice(WRONG)
        if name == "exp" and value in (2**63, 2**70):
            continue  # far away, and allowed
        if name == "sub" and isinstance(value, str) and value.strip() and value.isprintable():
            continue  # somebody of that name, if it is short enough; the next test is about the long ones

        def sign(claims: Claims, name: str = name, value: Any = value) -> str:
            return honest({**claims, name: value})

        provider.sign = sign
        browser = house.browser()

        assert failure(await browser.sign_in()) is not None, (name, value)
        assert await nobody_got_in(house, browser), (name, value)


async def test_a_way_back_that_was_changed_anywhere_lets_nobody_in(house: House) -> None:
    for chance in tries(15, about="ways back"):
        browser = house.browser()
        back = await browser.to_provider()
        address, _, query = back.partition("?")
        place = chance.randrange(len(query))
        other = chance.choice("abcXYZ019-_.~%&=+;")
        if other == query[place]:
            continue
        changed = (
            query[:place] + chance.choice([other, "", other + query[place]]) + query[place + 1 :]
        )

        page = await browser.come_back(f"{address}?{changed}")

        if failure(page) is None:
            # What is beside code and state may be anything.
            assert _means_the_same(query, changed), (query, changed)
            await house.run("DELETE FROM sessions")
            await house.run("DELETE FROM linked_accounts")
            await house.run("DELETE FROM users")
            continue
        assert await nobody_got_in(house, browser), (query, changed)


def _means_the_same(query: str, changed: str) -> bool:
    asked, came = parse_qs(query), parse_qs(changed)
    return all(came.get(name, [""])[-1] == asked[name][0] for name in ("code", "state"))

"""Access tokens: what is signed with our own key, and is still none, because it was made for something else."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from sqlalchemy import select
from tests.identity.conftest import Door

from arcano.identity import AccessTokens
from arcano.identity.access_tokens import ALGORITHM, KEY_LIFETIME, LIFETIME
from arcano.identity.domain import SessionId, UserId
from arcano.identity.errors import AccessTokenError
from arcano.identity.tables import SIGNING_KEYS
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import SealedColumn
from arcano.platform.secrets.keys import FixedKeys, KeyRing, new_key

BOX = SecretBox(FixedKeys(KeyRing((new_key(place="a test"),))))
KEY = SealedColumn(SIGNING_KEYS.c.key_sealed)


def tokens_of(door: Door) -> AccessTokens:
    return AccessTokens(door.database, BOX, door.clock, door.sessions)


async def sign(door: Door, tokens: AccessTokens) -> str:
    assert door
    return await tokens.sign(UserId("ada"), SessionId("s1"), epoch=3)


async def test_a_token_says_for_whom_it_was_signed(door: Door) -> None:
    tokens = tokens_of(door)

    claims = await tokens.read(await sign(door, tokens))

    assert (claims.user_id, claims.session_id, claims.epoch) == ("ada", "s1", 3)
    assert claims.expires_at <= door.clock.now() + LIFETIME


async def test_another_process_knows_the_key(door: Door) -> None:
    token = await sign(door, tokens_of(door))

    assert (await tokens_of(door).read(token)).user_id == "ada"


async def test_its_time_is_over_after_ten_minutes(door: Door) -> None:
    tokens = tokens_of(door)
    token = await sign(door, tokens)
    door.clock.pass_by(LIFETIME + timedelta(seconds=1))

    with pytest.raises(AccessTokenError):
        await tokens.read(token)


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "JWT"}, {}),
        ({"typ": "id+jwt"}, {}),
        ({}, {"aud": "another-api"}),
        ({}, {"aud": ["arcano-api", "another"]}),
        ({}, {"iss": "https://evil.example"}),
        ({}, {"sub": None}),
        ({}, {"sid": 7}),
        ({}, {"epoch": "3"}),
        ({}, {"exp": None}),
        ({}, {"exp": "tomorrow"}),
    ],
)
async def test_what_our_key_signed_for_something_else_is_refused(
    header: dict[str, Any], claims: dict[str, Any], door: Door
) -> None:
    tokens = tokens_of(door)
    signed = jwt.decode(await sign(door, tokens), await _key(door), algorithms=[ALGORITHM])

    bent = jwt.encode(
        {**signed.header, **header},
        {**signed.claims, **claims},
        await _key(door),
        algorithms=[ALGORITHM],
    )

    with pytest.raises(AccessTokenError):
        await tokens.read(bent)


async def test_a_key_is_changed_in_time_and_the_old_one_still_opens_what_it_signed(
    door: Door,
) -> None:
    tokens = tokens_of(door)
    await sign(door, tokens)
    door.clock.pass_by(KEY_LIFETIME - timedelta(minutes=1))
    old = await sign(door, tokens)
    door.clock.pass_by(timedelta(minutes=2))

    new = await sign(door, tokens)

    assert old.split(".")[0] != new.split(".")[0]
    assert (await tokens.read(old)).user_id == "ada"


async def test_the_private_key_does_not_stand_in_the_database(door: Door) -> None:
    await sign(door, tokens_of(door))

    sealed = await door.database.read(lambda c: c.scalars(select(SIGNING_KEYS.c.key_sealed)).one())

    assert str((await _key(door)).as_dict(private=True)["d"]).encode() not in sealed


async def _key(door: Door) -> OKPKey:
    row = await door.database.read(lambda c: c.execute(select(SIGNING_KEYS)).one())
    d, _, x = BOX.open(row.key_sealed, KEY, row.id).decode().partition(".")
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": d, "x": x})


async def test_what_was_opened_with_it_may_stay_open_no_longer(door: Door) -> None:
    person = await door.set_up()
    session = await door.sessions.viewer(await door.sessions.open(person))
    tokens = tokens_of(door)
    token = await tokens.sign(person.id, session.session_id, epoch=person.epoch)

    viewer = await tokens.viewer(token)

    assert viewer.ends_at == (await tokens.read(token)).expires_at

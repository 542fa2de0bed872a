"""Programs that are signed in: how long nobody may use one before it must sign in again."""

from datetime import timedelta

import pytest
from tests.identity.conftest import Door

from arcano.identity import AccessTokens, Person, Programs
from arcano.identity.domain import NOWHERE
from arcano.identity.errors import NotSignedInError
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.keys import FixedKeys, KeyRing, new_key

IDLE = timedelta(days=7)


@pytest.fixture
async def person(door: Door) -> Person:
    return await door.set_up()


@pytest.fixture
def programs(door: Door) -> Programs:
    box = SecretBox(FixedKeys(KeyRing((new_key(place="a test"),))))
    tokens = AccessTokens(door.database, box, door.clock, door.sessions)
    return Programs(door.database, door.clock, door.sessions, tokens, idle=IDLE)


async def test_a_program_that_nobody_used_for_too_long_is_not_brought_back_by_its_refresh_token(
    door: Door, person: Person, programs: Programs
) -> None:
    tokens = await programs.begin(person, NOWHERE)
    door.clock.pass_by(IDLE)

    for _ in range(2):
        with pytest.raises(NotSignedInError, match="signed out"):
            await programs.go_on(tokens.refresh)


async def test_a_program_that_asks_for_new_tokens_in_time_stays_signed_in(
    door: Door, person: Person, programs: Programs
) -> None:
    tokens = await programs.begin(person, NOWHERE)

    for _ in range(3):
        door.clock.pass_by(IDLE - timedelta(seconds=1))
        tokens = await programs.go_on(tokens.refresh)

    viewer = await programs.access_tokens.viewer(tokens.access)
    assert viewer.user_id == person.id

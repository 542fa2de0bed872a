"""New passwords: what everybody tries first is refused, whatever it is made of; anything else is a person's own choice."""

import pytest
from tests.identity.conftest import Door

from arcano.identity.errors import GuessablePasswordError


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "passwordpassword",
        "password123",
        "iloveyou1234",
        "aaaaaaaaaaaaaaaa",
        "ada@arcano.example",
        "arcanoarcano",
        "P@ssw0rd123",
    ],
)
async def test_what_everybody_tries_first_is_refused(password: str, door: Door) -> None:
    with pytest.raises(GuessablePasswordError):
        await door.passwords.hash_new(password, known=["ada@arcano.example", "Ada"])


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "all lower case and long",
        "ÜBERRASCHUNGEN!",
        "纸上得来终觉浅绝知此事",
        "\U0001f40e\U0001f50b staple staple \U0001f9f7",
        "x7!" + "y" * 150,
    ],
)
async def test_any_letters_will_do(password: str, door: Door) -> None:
    stored = await door.passwords.hash_new(password)

    assert await door.passwords.matches(password, stored=stored)

"""Secrets at rest: sealed for one row, with a key that only its owner can read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.platform.secrets import (
    SecretBox,
    SecretKeyError,
    SecretUnreadableError,
    load_or_make_key,
)

BOX = SecretBox(bytes(32))


@given(secret=st.text(), row=st.text())
def test_what_is_sealed_for_a_row_opens_for_that_row(secret: str, row: str) -> None:
    try:
        secret.encode()
        row.encode()
    except UnicodeEncodeError:
        return

    sealed = BOX.seal(secret, row=row)

    assert BOX.open(sealed, row=row) == secret
    assert len(secret) < 4 or secret.encode() not in sealed


def test_it_does_not_open_for_another_row_another_key_or_altered() -> None:
    sealed = BOX.seal("sk-secret", row="connections/1/key")

    for box, stored, row in [
        (BOX, sealed, "connections/2/key"),
        (SecretBox(bytes(31) + b"x"), sealed, "connections/1/key"),
        (BOX, sealed[:-1] + bytes([sealed[-1] ^ 1]), "connections/1/key"),
        (BOX, sealed[:5], "connections/1/key"),
    ]:
        with pytest.raises(SecretUnreadableError):
            box.open(stored, row=row)


def test_the_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"

    key = load_or_make_key(path)

    assert load_or_make_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    load_or_make_key(path)
    path.chmod(0o644)

    with pytest.raises(SecretKeyError, match="chmod 600"):
        load_or_make_key(path)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.touch(mode=0o600)
    path.write_bytes(b"short")

    with pytest.raises(SecretKeyError, match="32 random bytes"):
        load_or_make_key(path)

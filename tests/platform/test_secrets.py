"""Secrets at rest: sealed for one row with a key that the value names, and opened nowhere else."""

import os
from base64 import b64encode
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import SealedColumn, secret_at_rest, text_at_rest
from arcano.platform.secrets.errors import SecretUnreadableError
from arcano.platform.secrets.keys import FixedKeys, Key, KeyRing, new_key
from arcano.platform.secrets.texts import MARK, PLAIN, Texts

NOTES = Table(
    "notes",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("key", LargeBinary, info=secret_at_rest(first_place="notes/{}/key")),
    Column("other", LargeBinary, info=secret_at_rest()),
    Column("text", String, info=text_at_rest()),
    Column("open", String),
)
KEY, OTHER, TEXT = (SealedColumn(NOTES.c[name]) for name in ("key", "other", "text"))
FIRST, SECOND = new_key(place="a test"), new_key(place="a test")


def box(*keys: Key) -> SecretBox:
    return SecretBox(FixedKeys(KeyRing(keys)))


BOX = box(FIRST)


@given(secret=st.binary(), row=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_for_a_row_opens_for_that_row(secret: bytes, row: str) -> None:
    sealed = BOX.seal(secret, KEY, row)

    assert BOX.open(sealed, KEY, row) == secret
    assert len(secret) < 4 or secret not in sealed


def test_the_same_secret_never_looks_the_same() -> None:
    assert BOX.seal(b"sk-secret", KEY, "1") != BOX.seal(b"sk-secret", KEY, "1")


def test_a_sealed_value_tells_its_version_and_its_key() -> None:
    sealed = BOX.seal(b"sk-secret", KEY, "1")

    assert sealed[:5] == b"\x02" + FIRST.id
    assert len(sealed) == 1 + 4 + 12 + len(b"sk-secret") + 16


@dataclass(frozen=True)
class Spoilt:
    """A value that must not open here, and what is said of it."""

    stored: bytes
    says: str
    column: SealedColumn = KEY
    row: str = "1"


SEALED = BOX.seal(b"sk-secret", KEY, "1")
SPOILT = {
    "copied to another row": Spoilt(SEALED, "another row", row="2"),
    "copied to another column": Spoilt(SEALED, "another row", column=OTHER),
    "last byte altered": Spoilt(SEALED[:-1] + bytes([SEALED[-1] ^ 1]), "altered"),
    "nonce altered": Spoilt(SEALED[:5] + bytes([SEALED[5] ^ 1]) + SEALED[6:], "altered"),
    "cut by one byte": Spoilt(SEALED[:-1], "altered"),
    "cut to its head": Spoilt(SEALED[:9], "cut short"),
    "empty": Spoilt(b"", "cut short"),
    "of an unknown version": Spoilt(b"\x09" + SEALED[1:], "altered"),
    "of an unknown key": Spoilt(box(SECOND).seal(b"sk-secret", KEY, "1"), SECOND.name),
    "named after another key": Spoilt(b"\x02" + SECOND.id + SEALED[5:], SECOND.name),
    "first form, cut": Spoilt(b"\x01abc", "altered"),
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_value_does_not_open_and_is_told_in_a_sentence_with_its_place(
    spoilt: Spoilt,
) -> None:
    with pytest.raises(SecretUnreadableError) as refused:
        BOX.open(spoilt.stored, spoilt.column, spoilt.row)

    said = refused.value.detail
    assert spoilt.says in said
    assert f"{spoilt.column.name} in row {spoilt.row}" in said
    assert "enter" in said or "Restore" in said
    assert "sk-secret" not in said


def test_the_first_key_seals_and_every_key_opens() -> None:
    old = BOX.seal(b"old", KEY, "1")
    both = box(SECOND, FIRST)
    fresh = both.seal(b"fresh", KEY, "1")

    assert both.open(old, KEY, "1") == b"old"
    assert box(SECOND).open(fresh, KEY, "1") == b"fresh"
    with pytest.raises(SecretUnreadableError):
        BOX.open(fresh, KEY, "1")


def test_a_value_of_the_first_form_opens_with_whichever_key_sealed_it() -> None:
    """Version, nonce, ciphertext; sealed for `table/id/column`, before values told their key."""
    nonce = os.urandom(12)
    stored = b"\x01" + nonce + AESGCM(FIRST.secret).encrypt(nonce, b"sk-old", b"notes/7/key")

    assert box(SECOND, FIRST).open(stored, KEY, "7") == b"sk-old"
    for column, row, keys in [(KEY, "8", FIRST), (OTHER, "7", FIRST), (KEY, "7", SECOND)]:
        with pytest.raises(SecretUnreadableError):
            box(keys).open(stored, column, row)


def test_nothing_is_sealed_for_a_column_that_does_not_say_so() -> None:
    with pytest.raises(TypeError, match="does not say"):
        SealedColumn(NOTES.c.open)


def test_a_key_shows_itself_to_nobody() -> None:
    shown = f"{FIRST!r} {FIRST} {BOX!r} {vars(BOX)!r} {KeyRing((FIRST,))!r}"

    assert FIRST.secret.hex() not in shown
    assert repr(FIRST.secret) not in shown
    assert b64encode(FIRST.secret).decode() not in shown


ON, OFF = Texts(BOX, sealing=True), Texts(BOX, sealing=False)


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@pytest.mark.parametrize("texts", [ON, OFF], ids=["sealing", "not sealing"])
def test_a_text_comes_back_as_it_was_whatever_the_policy_was_and_is(
    texts: Texts, text: str
) -> None:
    stored = texts.kept(text, TEXT, "1")

    assert ON.read(stored, TEXT, "1") == OFF.read(stored, TEXT, "1") == text
    assert texts.is_sealing or stored == text or text.startswith(MARK)


def test_a_sealed_text_opens_in_its_row_only() -> None:
    stored = ON.kept("Dear diary", TEXT, "1")

    assert "diary" not in stored
    for spoilt, row in [(stored, "2"), (stored[:-1], "1"), (stored[:6], "1"), (f"{MARK}!", "1")]:
        with pytest.raises(SecretUnreadableError):
            ON.read(spoilt, TEXT, row)


def test_a_text_that_only_looks_sealed_is_sealed_lest_it_be_taken_for_it() -> None:
    stored = OFF.kept(f"{MARK}Boo", TEXT, "1")

    assert stored != f"{MARK}Boo"
    assert OFF.read(stored, TEXT, "1") == f"{MARK}Boo"


def test_where_there_is_no_key_a_sealed_text_is_not_shown_as_if_it_were_one() -> None:
    with pytest.raises(SecretUnreadableError, match="no key"):
        PLAIN.read(ON.kept("Dear diary", TEXT, "1"), TEXT, "1")


def test_json_in_bytes_is_kept_likewise() -> None:
    stored = ON.kept_bytes(b'{"a":1}', OTHER, "1")

    assert ON.read_bytes(stored, OTHER, "1") == OFF.read_bytes(stored, OTHER, "1") == b'{"a":1}'
    assert b'"a"' not in stored
    assert OFF.kept_bytes(b'{"a":1}', OTHER, "1") == b'{"a":1}'

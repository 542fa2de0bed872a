"""Seals on their way through a program: what is given out comes back, and what is forged is nothing."""

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.gateway.seals import (
    ON_CALL,
    ON_REASONING,
    CarriedSeal,
    brought_back,
    carried,
    seal_last_words,
)
from arcano.inference import maker_digest
from arcano.providers import RequestPart, Seal, TextPart

PLACES = st.one_of(st.just(ON_REASONING), st.just(ON_CALL), st.integers(0, 10_000))


@given(st.text(), st.text(), PLACES)
def test_a_seal_comes_back_as_it_was_given_out(vendor: str, proof: str, on: int) -> None:
    token = carried(Seal(vendor, proof, "c1 https://host model"), on=on)

    sealed = Seal(vendor, proof, maker_digest("c1 https://host model"))
    assert brought_back(token) == CarriedSeal(sealed, on)


@given(st.text(), st.text())
def test_a_client_may_write_it_in_the_other_alphabet(vendor: str, proof: str) -> None:
    token = carried(Seal(vendor, proof))
    rewritten = base64.urlsafe_b64encode(base64.b64decode(token)).decode()

    assert brought_back(rewritten) == brought_back(token)


def test_where_a_model_is_served_is_not_told() -> None:
    token = carried(Seal("anthropic", "proof", "c1 https://inner.example/v1 model"))

    assert b"inner.example" not in base64.b64decode(token)


@pytest.mark.parametrize(
    "told",
    [
        [],
        ["gemini", "proof"],
        ["gemini", 5, None, 0],
        ["gemini", "proof", 5, 0],
        ["gemini", "proof", None, "x"],
        {"vendor": "gemini"},
        5,
    ],
)
def test_a_token_that_somebody_made_up_is_none_of_ours(told: object) -> None:
    token = base64.b64encode(b"arcano-seal-1:" + orjson.dumps(told)).decode()

    assert brought_back(token) is None


@given(st.text())
def test_what_is_no_token_is_none(token: str) -> None:
    assert brought_back(token) is None
    assert brought_back(carried(Seal("a", "b"))[:16] + token) is None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (0, [TextPart("Hello Ada"), TextPart("", Seal("gemini", "p"))]),
        (3, [TextPart("Hello "), TextPart("Ada", Seal("gemini", "p"))]),
        (9, [TextPart("Hello Ada", Seal("gemini", "p"))]),
        (99, [TextPart("Hello Ada", Seal("gemini", "p"))]),
    ],
)
def test_the_last_words_are_sealed(on: int, expected: list[RequestPart]) -> None:
    parts: list[RequestPart] = [TextPart("Hello Ada")]

    seal_last_words(parts, CarriedSeal(Seal("gemini", "p"), on))

    assert parts == expected

"""JSON is read as deep as anybody means it, and no deeper."""

from collections.abc import Callable

import pytest

from arcano.platform.errors import InvalidInputError
from arcano.platform.json_route import MAX_DEPTH, parse_json

Deep = Callable[[int], bytes]


def lists(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def objects(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize("deep", [lists, objects])
def test_what_is_as_deep_as_allowed_is_read(deep: Deep) -> None:
    assert parse_json(deep(MAX_DEPTH)) is not None


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 500, 1024, 100_000])
@pytest.mark.parametrize("deep", [lists, objects])
def test_what_is_deeper_is_refused(deep: Deep, depth: int) -> None:
    with pytest.raises(InvalidInputError):
        parse_json(deep(depth))


def test_what_is_wide_is_not_deep() -> None:
    assert len(parse_json(b"[" + b",".join([b'{"a":[1,"[[["]}'] * 5000) + b"]")) == 5000


def test_a_deep_end_is_found_in_something_wide() -> None:
    with pytest.raises(InvalidInputError, match="too deep"):
        parse_json(b'{"a":[1,2,{"b":' + lists(MAX_DEPTH) + b"}]}")


def test_brackets_in_a_text_are_text() -> None:
    assert parse_json(b'{"code":"' + b"[{" * 5000 + b'"}') == {"code": "[{" * 5000}

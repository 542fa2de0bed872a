"""Lines of JSON, however the bytes that carry them are cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.platform.ndjson import (
    MAX_LINE_BYTES,
    MAX_STREAM_BYTES,
    NdjsonLines,
    NdjsonTooLargeError,
)

LINES = st.lists(st.binary(min_size=1).map(lambda line: b"{%s}" % line.replace(b"\n", b"")))


@given(lines=LINES, cuts=st.lists(st.integers(0, 200), max_size=8))
def test_however_the_bytes_are_cut_the_lines_are_the_same(
    lines: list[bytes], cuts: list[int]
) -> None:
    wire = b"".join(line + b"\n" for line in lines)
    places = [0, *sorted(cuts), len(wire)]
    reader = NdjsonLines()

    read = [line for a, b in itertools.pairwise(places) for line in reader.feed(wire[a:b])]

    assert read == lines
    assert reader.rest() == b""


def test_carriage_returns_and_empty_lines_are_no_lines() -> None:
    assert NdjsonLines().feed(b'\n\r\n  \n{"a":1}\r\n\n{"b":2}\n') == [b'{"a":1}', b'{"b":2}']


def test_a_last_line_without_its_end_is_the_rest() -> None:
    reader = NdjsonLines()

    assert reader.feed(b"{}\n{'a'") == [b"{}"]
    assert reader.feed(b":1}\r") == []
    assert reader.rest() == b"{'a':1}"
    assert reader.rest() == b""


def test_a_line_that_outgrows_the_limit_ends_it() -> None:
    reader = NdjsonLines()
    reader.feed(b"x" * MAX_LINE_BYTES)

    with pytest.raises(NdjsonTooLargeError):
        reader.feed(b"x")


def test_many_lines_in_one_read_are_no_long_line() -> None:
    line = b"x" * 1000

    assert len(NdjsonLines().feed((line + b"\n") * (MAX_LINE_BYTES // 1000 + 10))) > 8000


def test_empty_lines_without_end_are_not_read_without_end() -> None:
    reader, blank = NdjsonLines(), b" " * (4 * 1024 * 1024 - 1) + b"\n"
    for _ in range(MAX_STREAM_BYTES // len(blank)):
        reader.feed(blank)

    with pytest.raises(NdjsonTooLargeError):
        reader.feed(blank)

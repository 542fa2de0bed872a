"""Server-sent events: read the same however the bytes are cut."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arcano.platform.sse import (
    MAX_EVENT_BYTES,
    MAX_STREAM_BYTES,
    SSE_COMMENT,
    SseEvent,
    SseParser,
    SseTooLargeError,
    sse_frame,
)


def data_line(name: bytes, text: str) -> bytes:
    return name + text.encode()


LINE_ENDS = [b"\n", b"\r\n", b"\r"]
LINES = st.lists(
    st.one_of(
        st.just(b""),
        st.just(b": a comment"),
        st.just(b"data"),
        st.just(b"retry: 10"),
        st.builds(data_line, st.just(b"data: "), st.text(alphabet="aé😀: {}", max_size=8)),
        st.builds(data_line, st.just(b"data:"), st.text(alphabet="ab ", max_size=4)),
        st.sampled_from([b"event: ping", b"event:pong", b"id: 7"]),
    ),
    max_size=12,
)


def read(stream: bytes, cuts: list[int]) -> list[SseEvent]:
    parser, events, start = SseParser(), list[SseEvent](), 0
    for cut in [*sorted(cuts), len(stream)]:
        events += parser.feed(stream[start:cut])
        start = cut
    return events


@given(lines=LINES, end=st.sampled_from(LINE_ENDS), bom=st.booleans())
@example(lines=[b"data: x", b"", b"data: y", b""], end=b"\r\n", bom=True)
def test_a_stream_cut_at_every_byte_gives_the_same_events(
    lines: list[bytes], end: bytes, bom: bool
) -> None:
    stream = (b"\xef\xbb\xbf" if bom else b"") + end.join([*lines, b""])
    whole = read(stream, [])

    for cut in range(len(stream) + 1):
        assert read(stream, [cut]) == whole
    assert read(stream, list(range(len(stream)))) == whole


@given(lines=LINES)
def test_every_kind_of_line_end_means_the_same(lines: list[bytes]) -> None:
    readings = {end: read(end.join([*lines, b"", b""]), []) for end in LINE_ENDS}

    assert readings[b"\n"] == readings[b"\r\n"] == readings[b"\r"]


def test_an_event_has_its_type_and_all_its_lines() -> None:
    stream = b"event: note\ndata: one\ndata:two\n\ndata: three\n\n"

    assert read(stream, []) == [SseEvent("note", b"one\ntwo"), SseEvent("message", b"three")]


def test_an_unfinished_event_is_not_given() -> None:
    assert read(b"data: whole\n\ndata: half", []) == [SseEvent("message", b"whole")]


@given(data=st.binary(max_size=40).filter(lambda b: b"\n" not in b and b"\r" not in b))
def test_what_is_framed_is_read_again(data: bytes) -> None:
    stream = SSE_COMMENT + sse_frame(3, "text-delta", data)

    assert read(stream, []) == [SseEvent("text-delta", data)]


def test_an_event_without_an_end_does_not_eat_the_memory() -> None:
    for piece in (b"x" * (1024 * 1024), b"data: " + b"x" * (1024 * 1024) + b"\n"):
        with pytest.raises(SseTooLargeError):
            read(
                piece * (MAX_EVENT_BYTES // len(piece) + 2), list(range(0, MAX_EVENT_BYTES, 65536))
            )


def test_lines_without_a_byte_of_data_do_not_eat_it_either() -> None:
    parser, crumbs = SseParser(), b"data:\n" * 10_000
    for _ in range(MAX_EVENT_BYTES // 50_000):
        parser.feed(crumbs)

    with pytest.raises(SseTooLargeError):
        parser.feed(crumbs)


def test_comments_without_end_are_not_read_without_end() -> None:
    parser, comments = SseParser(), b":" + b" " * (4 * 1024 * 1024 - 2) + b"\n"
    for _ in range(MAX_STREAM_BYTES // len(comments)):
        parser.feed(comments)

    with pytest.raises(SseTooLargeError):
        parser.feed(comments)

"""Messages that are passed on unread: which bytes leave, what the accounting takes from them, and how a cut shows."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.anthropic_upstream import (
    PING,
    begins,
    ends,
    error,
    grows,
    message,
    sse,
    start,
    stop,
    texts,
)

from arcano.providers import (
    ModelFinished,
    ProviderError,
    ProviderOverloadedError,
    StreamCutError,
    TokenUsage,
    WirePassed,
    WireRequest,
)
from arcano.providers.adapters.anthropic_passed import PassedMessage, passed_body, passed_headers

HOSTILE = '"type":"message_stop"} event: error "stop_reason": "x" äöü 🎉 \n\n data:'
WORDS = sse(
    start(),
    PING,
    *texts(0, "He said ", HOSTILE),
    begins(1, type="tool_use", id="t", name="f", input={}),
    grows(1, "input_json_delta", partial_json='{"type": "message_stop"}'),
    ends(1),
)
DELTA, STOP = (sse(event) for event in stop("tool_use"))
ALL = WORDS + DELTA + STOP
FINISHED = ModelFinished(
    "tool-calls",
    TokenUsage(331, 25, cached_input_tokens=300, cache_write_tokens=20),
)


def heard(chunks: Iterable[bytes]) -> tuple[bytes, PassedMessage]:
    """What is passed on of these reads, and the one who read them."""
    stream = PassedMessage("East", key="sk-secret")
    passed: list[bytes] = []
    for chunk in chunks:
        for event in stream.feed(chunk):
            assert isinstance(event, WirePassed)
            passed.append(event.data)
        if stream.failure or stream.finished:
            break
    return b"".join(passed), stream


def test_words_leave_as_they_came_and_the_end_is_left_to_the_caller() -> None:
    passed, stream = heard([ALL])

    assert passed == WORDS + DELTA
    assert stream.finished == FINISHED


@given(st.sets(st.integers(1, len(ALL) - 1)))
def test_wherever_it_is_cut_into_reads_the_same_bytes_leave(cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(ALL)]

    passed, stream = heard(ALL[a:b] for a, b in pairwise(places))

    assert passed == WORDS + DELTA
    assert stream.finished == FINISHED


@given(st.integers(0, len(WORDS + DELTA)))
def test_a_stream_that_ends_anywhere_before_its_end_has_not_finished(length: int) -> None:
    _, stream = heard([ALL[:length]])

    with pytest.raises(StreamCutError):
        stream.end()


def test_line_ends_of_another_kind_are_understood() -> None:
    passed, stream = heard([ALL.replace(b"\n", b"\r\n")])

    assert passed.replace(b"\r\n", b"\n") == WORDS + DELTA
    assert stream.finished == FINISHED


def test_an_error_inside_the_stream_is_a_failure_and_what_came_before_it_leaves() -> None:
    broken = sse(error("overloaded_error", "Too many, sk-secret."))

    passed, stream = heard([WORDS + broken + DELTA + STOP])

    assert passed == WORDS
    assert isinstance(stream.failure, ProviderOverloadedError)
    assert "sk-secret" not in stream.failure.detail


def test_an_end_without_a_reason_is_a_failure() -> None:
    _, stream = heard([WORDS + STOP])

    assert isinstance(stream.failure, StreamCutError)


def test_what_is_no_json_where_the_accounting_must_read_is_a_failure() -> None:
    _, stream = heard([b'data: {"type": "message_delta", broken\n\n'])

    assert isinstance(stream.failure, StreamCutError)


def test_a_message_in_one_piece_is_passed_with_its_usage() -> None:
    stream = PassedMessage("East", key=None)
    whole = message({"type": "something_new", "x": [1]}, unknown=5)

    (event,) = stream.whole(whole)

    assert isinstance(event, WirePassed)
    assert orjson.loads(event.data) == whole
    assert stream.end().usage == FINISHED.usage


@pytest.mark.parametrize("answer", [[], "no", {"type": "message"}, None, {"content": []}])
def test_what_is_no_message_is_a_failure(answer: object) -> None:
    stream = PassedMessage("East", key=None)

    assert stream.whole(answer) == []
    with pytest.raises(ProviderError):
        stream.end()


def test_the_body_is_the_callers_but_for_the_name() -> None:
    body: dict[str, Any] = {"model": "fast", "messages": [], "top_k": 4}
    wire = WireRequest("anthropic", body, (), (("anthropic-beta", "x-2026"),))

    assert passed_body(wire, "claude-haiku-4-5") == {**body, "model": "claude-haiku-4-5"}
    assert passed_headers(wire) == {
        "anthropic-version": "2023-06-01",
        "anthropic-beta": "x-2026",
    }

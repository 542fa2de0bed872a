"""Answers of Google's that are passed on: which chunks leave, and how a cut shows."""

from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.gemini_upstream import ANSWER_ID, chunk, error, said, sse

from arcano.providers import (
    CallAccepted,
    ModelEvent,
    ModelFinished,
    ProviderOverloadedError,
    StreamCutError,
    TokenUsage,
    WirePassed,
    WireRequest,
)
from arcano.providers.adapters.gemini_passed import PassedContent, passed_body

OTHERS = {"candidates": [{"index": 1, "content": {"parts": [{"text": "Another."}]}}], "new": 1}
ALL = sse(said("Hello "), OTHERS, said("Ada, äöü 🎉."), chunk(finish="STOP"))
FINISHED = ModelFinished("stop", TokenUsage(5, 7))


def heard(*reads: bytes) -> tuple[list[ModelEvent], PassedContent]:
    stream = PassedContent("Google")
    return [event for read in reads for event in stream.feed(read)], stream


def passed(events: list[ModelEvent]) -> bytes:
    return b"".join(event.data for event in events if isinstance(event, WirePassed))


@given(st.sets(st.integers(1, len(ALL) - 1)))
def test_wherever_it_is_cut_into_reads_the_same_chunks_leave(cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(ALL)]

    events, stream = heard(*(ALL[a:b] for a, b in pairwise(places)))

    assert passed(events) == ALL
    assert events[0] == CallAccepted(ANSWER_ID)
    assert stream.end() == FINISHED


def test_a_stream_without_a_reason_to_finish_has_not_finished() -> None:
    events, stream = heard(sse(said("Hello ")))

    assert passed(events) == sse(said("Hello "))
    with pytest.raises(StreamCutError):
        stream.end()


def test_an_error_inside_the_stream_is_a_failure_and_what_came_before_it_leaves() -> None:
    events, stream = heard(sse(said("Hello "), error(429, "RESOURCE_EXHAUSTED"), said("more")))

    assert passed(events) == sse(said("Hello "))
    assert isinstance(stream.failure, ProviderOverloadedError)


def test_an_answer_in_one_piece_is_passed_with_its_usage() -> None:
    stream = PassedContent("Google")
    whole = {**chunk({"text": "Hello."}, finish="STOP"), "unknown": 5}

    *_, event = stream.take(whole)

    assert isinstance(event, WirePassed)
    assert orjson.loads(event.data) == whole
    assert stream.end() == FINISHED


def test_the_body_is_the_callers_without_a_model() -> None:
    body = {"model": "models/fast", "contents": [], "safetySettings": [1]}

    sent = passed_body(WireRequest("gemini", body))

    assert sent == {"contents": [], "safetySettings": [1]}

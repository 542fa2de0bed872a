"""Responses that are passed on unread: which bytes leave, what the accounting takes from them, and how a cut shows."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.responses_upstream import (
    function_call,
    message,
    reasoning,
    response,
    streamed,
    wire,
)

from arcano.providers import ModelFinished, ProviderError, TokenUsage, WirePassed, WireRequest
from arcano.providers.adapters.responses_passed import (
    PassedResponseStream,
    passed_response_body,
)

TRICKY = 'He said {"type":"response.completed"} and data: {"type":"error"}, äöü 🎉'
ALL = wire(streamed([reasoning("Hm."), message(TRICKY)]))
USAGE = TokenUsage(30, 21, 9, 12, 8)


def heard(chunks: Iterable[bytes]) -> tuple[bytes, PassedResponseStream]:
    """What is passed on of these reads, and the one who read them."""
    stream = PassedResponseStream("East", key="sk-secret")
    passed: list[bytes] = []
    for chunk in chunks:
        for event in stream.feed(chunk):
            assert isinstance(event, WirePassed)
            passed.append(event.data)
        if stream.failure or stream.finished:
            break
    return b"".join(passed), stream


@given(st.lists(st.integers(0, len(ALL)), max_size=8))
def test_every_byte_leaves_as_it_came_however_the_stream_is_cut_into_reads(
    cuts: list[int],
) -> None:
    places = [0, *sorted(cuts), len(ALL)]

    passed, stream = heard(ALL[begin:end] for begin, end in pairwise(places))

    assert passed == ALL
    assert stream.finished == ModelFinished("stop", USAGE)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (streamed([function_call("weather", "{}")]), "tool-calls"),
        (
            streamed(
                [message("Once")],
                status="incomplete",
                incomplete_details={"reason": "max_output_tokens"},
            ),
            "length",
        ),
    ],
)
def test_the_accounting_knows_how_it_ended(told: list[dict[str, object]], reason: str) -> None:
    _, stream = heard([wire(told)])

    assert stream.finished is not None
    assert stream.finished.reason == reason


def test_a_stream_without_its_last_event_has_not_ended() -> None:
    events = streamed([message("Once upon a time")])

    passed, stream = heard([wire(events[:-1])])

    assert passed == wire(events[:-1])
    assert (stream.finished, stream.failure) == (None, None)


def test_a_failure_is_told_in_our_own_words_and_not_passed_on() -> None:
    failed = {"code": "server_error", "message": "The key sk-secret broke it."}
    events = streamed([message("Once")], status="failed", error=failed)

    passed, stream = heard([wire(events)])

    assert b"response.failed" not in passed
    assert isinstance(stream.failure, ProviderError)
    assert "sk-secret" not in stream.failure.detail


def test_an_answer_in_one_piece_is_passed_whole() -> None:
    stream = PassedResponseStream("East", key=None)

    (passed,) = stream.whole(response([message("Hello")]))

    assert isinstance(passed, WirePassed)
    assert b'"Hello"' in passed.data
    assert stream.finished == ModelFinished("stop", USAGE)


def test_what_is_asked_goes_on_as_it_is_but_nothing_is_stored_elsewhere() -> None:
    body = {"model": "mine", "input": "Hi", "tools": [{"type": "web_search"}], "store": True}

    sent = passed_response_body(WireRequest("openai-responses", body), "theirs")

    assert sent == {**body, "model": "theirs", "store": False}

"""Answers that are passed on unread: which bytes leave, what the accounting takes from them, and how a cut shows."""

import time
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionChunk

from arcano.platform.sse import MAX_STREAM_BYTES, SseParser
from arcano.providers import (
    ModelFinished,
    ProviderError,
    StreamCutError,
    TokenUsage,
    WirePassed,
    WireRequest,
)
from arcano.providers.adapters.openai_passed import (
    PassedChatStream,
    passed_body,
    usage_is_wanted,
)


def an_event(delta: dict[str, Any], finish_reason: str | None = None, **more: object) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return b"data: %s\n\n" % orjson.dumps({"id": "c1", "choices": [choice], **more})


WORDS = [
    an_event({"role": "assistant", "content": ""}),
    an_event({"content": 'He said "usage": { and "error": and [DONE], äöü 🎉'}, logprobs=None),
    an_event({"content": "data: [DONE]\n\n"}, usage=None),
]
END = an_event({}, "stop")
USAGE = b"data: %s\n\n" % orjson.dumps(
    {"id": "c1", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
)
DONE = b"data: [DONE]\n\n"
ALL = b"".join([*WORDS, END, USAGE, DONE])


def heard(chunks: Iterable[bytes], *, usage_wanted: bool = False) -> tuple[bytes, PassedChatStream]:
    """What is passed on of these reads, and the one who read them."""
    stream = PassedChatStream("East", key="sk-secret", usage_wanted=usage_wanted)
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

    assert passed == b"".join([*WORDS, END])
    assert stream.finished == ModelFinished("stop", TokenUsage(7, 3))


def test_usage_is_passed_on_to_whoever_asked_for_it() -> None:
    passed, _ = heard([ALL], usage_wanted=True)

    assert passed == b"".join([*WORDS, END, USAGE])


@given(st.sets(st.integers(1, len(ALL) - 1)))
def test_wherever_it_is_cut_into_reads_the_same_bytes_leave(cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(ALL)]

    passed, stream = heard(ALL[a:b] for a, b in pairwise(places))

    assert passed == b"".join([*WORDS, END])
    assert stream.finished == ModelFinished("stop", TokenUsage(7, 3))


@given(st.integers(0, len(ALL) - len(DONE)))
def test_a_stream_that_ends_anywhere_before_its_end_has_not_finished(length: int) -> None:
    passed, stream = heard([ALL[:length]])

    assert stream.finished is None
    assert b"[DONE]\n\n" not in passed.replace(WORDS[1], b"").replace(WORDS[2], b"")


def test_line_ends_of_another_kind_are_understood() -> None:
    passed, stream = heard([ALL.replace(b"\n\n", b"\r\n\r\n")])

    assert passed == b"".join([*WORDS, END])
    assert stream.finished is not None


def test_an_error_inside_the_stream_is_a_failure_and_what_came_before_it_leaves() -> None:
    broken = b'data: {"error": {"message": "overloaded, key sk-secret", "code": 503}}\n\n'

    passed, stream = heard([WORDS[0] + WORDS[1] + broken + END + DONE])

    assert passed == WORDS[0] + WORDS[1]
    assert isinstance(stream.failure, ProviderError)
    assert "sk-secret" not in stream.failure.detail
    assert stream.finished is None


@pytest.mark.parametrize("word", ["error", "abort", "cancelled"])
def test_a_finish_reason_that_means_broken_off_is_a_failure(word: str) -> None:
    _, stream = heard([WORDS[0] + an_event({}, word) + DONE])

    assert isinstance(stream.failure, StreamCutError)


def test_an_end_without_a_reason_is_a_failure() -> None:
    _, stream = heard([WORDS[0] + DONE])

    assert isinstance(stream.failure, StreamCutError)


def test_what_is_no_json_where_the_accounting_must_read_is_a_failure() -> None:
    _, stream = heard([b'data: {"usage": {broken\n\n'])

    assert stream.failure is not None


def test_an_answer_in_one_piece_is_passed_with_its_usage() -> None:
    stream = PassedChatStream("East", key=None, usage_wanted=True)
    message = {"role": "assistant", "content": "Hello."}
    choice: dict[str, Any] = {
        "index": 0,
        "message": message,
        "finish_reason": "stop",
        "logprobs": {"content": []},
    }
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    answer: dict[str, Any] = {"id": "c1", "unknown": 5, "choices": [choice], "usage": usage}

    (event,) = stream.whole(answer)

    assert isinstance(event, WirePassed)
    assert orjson.loads(event.data) == answer
    assert stream.finished == ModelFinished("stop", TokenUsage(7, 3))


def test_the_body_is_the_callers_but_for_the_name_and_the_wish_for_usage() -> None:
    body: dict[str, Any] = {
        "model": "fast",
        "messages": [],
        "stream": True,
        "top_k": 4,
        "stream_options": {"x": 1},
    }
    wire = WireRequest("openai-chat", body)

    sent = passed_body(wire, "gpt-5-mini", reports_usage=True)

    options = {"x": 1, "include_usage": True}
    assert sent == {**body, "model": "gpt-5-mini", "stream_options": options}
    assert body["stream_options"] == {"x": 1}
    assert not usage_is_wanted(wire)


ONE_PIECE: dict[str, Any] = {
    "id": "c1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Hi.",
                "tool_calls": [
                    {"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                ],
            },
            "finish_reason": "tool_calls",
        }
    ],
    "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
}


@pytest.mark.parametrize("usage_wanted", [True, False])
def test_an_answer_in_one_piece_is_a_stream_for_whoever_asked_for_one(
    *, usage_wanted: bool
) -> None:
    stream = PassedChatStream("East", key=None, usage_wanted=usage_wanted, stream_wanted=True)

    (passed,) = stream.whole(ONE_PIECE)

    assert isinstance(passed, WirePassed)
    events = SseParser().feed(passed.data)
    first, *others = [ChatCompletionChunk.model_validate_json(one.data) for one in events]
    delta = first.choices[0].delta
    assert (first.object, delta.content, first.usage) == ("chat.completion.chunk", "Hi.", None)
    assert [(call.index, call.id) for call in delta.tool_calls or ()] == [(0, "t")]
    assert first.choices[0].finish_reason == "tool_calls"
    told = [one.usage.total_tokens for one in others if one.usage is not None]
    assert told == ([10] if usage_wanted else [])
    assert stream.finished == ModelFinished("tool-calls", TokenUsage(7, 3))


def test_a_completion_in_one_piece_is_a_stream_for_whoever_asked_for_one() -> None:
    stream = PassedChatStream("East", key=None, usage_wanted=False, stream_wanted=True)
    choice = {"index": 0, "text": "and on", "finish_reason": "length"}
    answer = {"id": "c1", "object": "text_completion", "choices": [choice]}

    (passed,) = stream.whole(answer)

    assert isinstance(passed, WirePassed)
    (event,) = SseParser().feed(passed.data)
    assert orjson.loads(event.data) == answer


def test_an_event_that_comes_in_crumbs_takes_no_longer_than_one_that_comes_whole() -> None:
    text = "owl " * 1_500_000
    event = an_event({"content": text})
    crumbs = (event[place : place + 400] for place in range(0, len(event), 400))
    began = time.process_time()

    passed, stream = heard(crumbs)

    # Searched anew with each crumb it took half a minute, in which nobody else got a word.
    assert time.process_time() - began < 5
    assert (passed, stream.failure) == (event, None)


def test_comments_without_end_are_not_passed_on_without_end() -> None:
    stream, comment = PassedChatStream("East", key=None, usage_wanted=False), b" " * 4_000_000

    for _ in range(MAX_STREAM_BYTES // len(comment) + 2):
        stream.feed(b":" + comment + b"\n\n")

    assert stream.failure is not None

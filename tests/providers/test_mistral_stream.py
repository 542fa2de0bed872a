"""An answer in Mistral's words: read the same however it is cut, and kept whatever breaks."""

import itertools
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.heard import Heard, heard_in
from tests.support.mistral_upstream import (
    event,
    reference,
    said,
    streamed,
    text,
    thinking,
    tool_call,
    whole,
)

from arcano.providers import (
    ModelFinished,
    ProviderOverloadedError,
    SourceCited,
    StreamCutError,
    TokenUsage,
)
from arcano.providers.adapters.mistral_stream import MistralStream

USED = TokenUsage(13, 8)
SOURCES = {"0": SourceCited("https://a.example", "A", "words")}
FULL = streamed(
    said([thinking("First ü.")]),
    said([thinking(" Then 語.", signature="sig")]),
    said("It "),
    said([text("is 7 🌧"), reference(0, 5)]),
    said("."),
    said("", tool_call("look", '{"city": "Oslo"}', call_id="aaaaaaaa1")),
    said("", tool_call("see", "{}", call_id="aaaaaaaa2", index=1)),
    finish="tool_calls",
)
MESSAGE = said(
    [
        thinking("First ü.", " Then 語.", signature="sig"),
        text("It is 7 🌧"),
        reference(0, 5),
        text("."),
    ],
    tool_call("look", '{"city": "Oslo"}', call_id="aaaaaaaa1"),
    tool_call("see", "{}", call_id="aaaaaaaa2", index=1),
)


def read(*reads: bytes, beginning: str = "") -> tuple[Heard, MistralStream]:
    stream = MistralStream("Mistral", beginning=beginning, sources=SOURCES)
    events = [event for piece in reads for event in stream.feed(piece)]
    return heard_in(events), stream


def everything(heard: Heard, stream: MistralStream) -> None:
    assert heard.reasoning == "First ü. Then 語."
    assert heard.seals == ["sig"]
    assert heard.text == "It is 7 🌧."
    assert heard.sources == [SOURCES["0"], SourceCited(None, "5", None)]
    assert heard.calls == {
        0: ("aaaaaaaa1", "look", '{"city": "Oslo"}'),
        1: ("aaaaaaaa2", "see", "{}"),
    }
    assert stream.finished == ModelFinished("tool-calls", USED)


@given(cuts=st.lists(st.integers(0, len(FULL)), max_size=8))
def test_however_the_bytes_are_cut_it_is_the_same_answer(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(FULL)]

    everything(*read(*[FULL[a:b] for a, b in itertools.pairwise(places)]))


def test_an_answer_in_one_piece_says_the_same_as_a_streamed_one() -> None:
    stream = MistralStream("Mistral", sources=SOURCES)

    heard = heard_in(stream.whole(whole(MESSAGE, finish="tool_calls")))

    everything(heard, stream)


def test_cut_off_at_any_byte_it_has_no_end_and_keeps_what_came() -> None:
    for length in range(len(FULL)):
        heard, stream = read(FULL[:length])

        assert stream.finished is None
        assert stream.failure is None
        assert "It is 7 🌧.".startswith(heard.text)
        assert "First ü. Then 語.".startswith(heard.reasoning)


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("model_length", "length"),
        ("tool_calls", "tool-calls"),
        ("made-up", "stop"),
    ],
)
def test_every_finish_reason_is_one_of_ours(wire: str, ours: str) -> None:
    _, stream = read(streamed(said("Hi"), finish=wire))

    assert stream.finished is not None
    assert stream.finished.reason == ours


def test_an_answer_that_ends_in_an_error_has_no_end() -> None:
    heard, stream = read(streamed(said("So far"), finish="error"))

    assert heard.text == "So far"
    assert isinstance(stream.failure, StreamCutError)


def test_an_error_in_the_middle_is_ours() -> None:
    error = {"error": {"message": "Slow down.", "type": "rate_limit_error", "code": "1300"}}

    heard, stream = read(event(said("So far")) + b"data: %s\n\n" % orjson.dumps(error))

    assert heard.text == "So far"
    assert isinstance(stream.failure, ProviderOverloadedError)


BEGINNING = "The cat sat"


@pytest.mark.parametrize(
    "pieces",
    [
        ["The cat sat on the mat."],
        ["The", " cat", " sat", " on", " the mat."],
        ["The cat sa", "t on the mat."],
        ["The cat sat", " on the mat."],
        [" on the mat."],
        [" on", " the mat."],
    ],
)
def test_the_beginning_of_a_continued_answer_is_not_said_again(pieces: list[str]) -> None:
    heard, stream = read(streamed(*map(said, pieces)), beginning=BEGINNING)

    assert heard.text == " on the mat."
    assert stream.finished == ModelFinished("stop", USED)


def test_a_continuation_that_only_begins_like_the_beginning_is_kept() -> None:
    heard, _ = read(streamed(said("The c"), said("ow ran.")), beginning=BEGINNING)
    short, _ = read(streamed(said("The c")), beginning=BEGINNING)
    nothing, stream = read(streamed(said(BEGINNING)), beginning=BEGINNING)

    assert heard.text == "The cow ran."
    assert short.text == "The c"
    assert nothing.text == ""
    assert stream.finished == ModelFinished("stop", USED)


def test_what_mistrals_own_tools_found_is_a_source_and_no_call() -> None:
    page = {
        "type": "tool_reference",
        "tool": "web_search",
        "title": "B",
        "url": "https://b.example",
    }
    nameless = {"type": "tool_reference", "tool": "web_search"}

    heard, _ = read(streamed(said([thinking("Hm.", page), text("So."), nameless])))

    assert heard.sources == [SourceCited("https://b.example", "B", None)]
    assert (heard.text, heard.reasoning, heard.calls) == ("So.", "Hm.", {})


def test_chunks_of_unknown_kinds_are_passed_over() -> None:
    unknown: list[Any] = [{"type": "smell"}, 7, None, {"type": "image_url", "image_url": "x"}]

    heard, stream = read(streamed(said([*unknown, text("Hi")])))

    assert heard.text == "Hi"
    assert stream.finished == ModelFinished("stop", USED)


BROKEN: list[Any] = [
    said(7),
    said([{"type": "text"}]),
    said([{"type": "text", "text": 7}]),
    said([{"type": "thinking"}]),
    said([{"type": ["text"]}]) | {"tool_calls": 7},
]


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_not_the_protocol_is_a_failure_and_the_words_before_it_are_kept(
    broken: dict[str, Any],
) -> None:
    heard, stream = read(event(said("Kept.")) + event(broken))

    assert heard.text == "Kept."
    assert isinstance(stream.failure, StreamCutError)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    read(b"data: " + noise + b"\n\n", noise)

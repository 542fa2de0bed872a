"""An answer in the words of OpenAI's Responses API: read the same however it is cut, and kept whatever breaks."""

import itertools
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.heard import Heard, heard_in
from tests.support.responses_upstream import (
    WEB_SEARCH,
    Event,
    citation,
    function_call,
    message,
    reasoning,
    refusal,
    response,
    streamed,
    wire,
)

from arcano.providers import (
    ContextTooLongError,
    ModelFinished,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    SourceCited,
    StreamCutError,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.adapters.responses_stream import ResponseStream

SOURCE = citation("https://a.example", "A")
OUTPUT = [
    reasoning("First I think.", "Then ü 語."),
    WEB_SEARCH,
    message("It is 7 🌧.", annotations=(SOURCE,)),
    function_call("look", '{"city": "Oslo"}', call_id="c1"),
    function_call("see", "{}", call_id="c2"),
]
USED = TokenUsage(30, 21, 9, 12, 8)
SEAL = orjson.dumps(
    {
        "type": "reasoning",
        "id": "rs_1",
        "summary": OUTPUT[0]["summary"],
        "encrypted_content": "gAAAA==",
    }
).decode()


def read(*reads: bytes) -> tuple[Heard, ResponseStream]:
    stream = ResponseStream("OpenAI")
    events = [event for piece in reads for event in stream.feed(piece)]
    return heard_in(events), stream


def everything(stream: ResponseStream, heard: Heard) -> None:
    assert heard.reasoning == "First I think.\n\nThen ü 語."
    assert heard.seals == [SEAL]
    assert heard.text == "It is 7 🌧."
    assert heard.sources == [SourceCited("https://a.example", "A", None)]
    assert heard.calls == {0: ("c1", "look", '{"city": "Oslo"}'), 1: ("c2", "see", "{}")}
    assert stream.failure is None
    assert stream.finished == ModelFinished("tool-calls", USED)


FULL = wire(streamed(OUTPUT))


@given(cuts=st.lists(st.integers(0, len(FULL)), max_size=8))
def test_however_the_bytes_are_cut_it_is_the_same_answer(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(FULL)]

    heard, stream = read(*[FULL[a:b] for a, b in itertools.pairwise(places)])

    everything(stream, heard)


@pytest.mark.parametrize("pieces", [0, 1, 3, 50])
def test_in_many_pieces_or_in_none_it_is_the_same_answer(pieces: int) -> None:
    heard, stream = read(wire(streamed(OUTPUT, pieces=pieces)))

    everything(stream, heard)


KEPT: dict[str, Callable[[str], bool]] = {
    "only the items' ends": lambda event: event.endswith(("output_item.done", "completed")),
    "no pieces and no parts": lambda event: "part" not in event and "delta" not in event,
    "no beginnings": lambda event: not event.endswith(".added") or "annotation" in event,
    "the end alone": lambda event: event == "response.completed",
    "no ends of items": lambda event: not event.endswith("output_item.done"),
    "no ends of parts": lambda event: not event.endswith("part.done"),
}


@pytest.mark.parametrize("kept", KEPT)
def test_a_server_that_leaves_events_out_is_not_heard_twice_nor_half(kept: str) -> None:
    events = [event for event in streamed(OUTPUT) if KEPT[kept](event["type"])]

    heard, stream = read(wire(events))

    assert heard.text == "It is 7 🌧."
    assert heard.calls == {0: ("c1", "look", '{"city": "Oslo"}'), 1: ("c2", "see", "{}")}
    assert "".join(heard.reasoning.split("\n\n")) == "First I think.Then ü 語."
    assert stream.finished == ModelFinished("tool-calls", USED)


def test_an_answer_in_one_piece_says_the_same_as_a_streamed_one() -> None:
    stream = ResponseStream("OpenAI")

    heard = heard_in(stream.whole(response(OUTPUT)))

    everything(stream, heard)


def test_cut_off_at_any_byte_it_has_no_end_and_keeps_what_came() -> None:
    for length in range(len(FULL)):
        heard, stream = read(FULL[:length])

        assert stream.finished is None
        assert stream.failure is None
        assert "First I think.\n\nThen ü 語.".startswith(heard.reasoning)
        assert "It is 7 🌧.".startswith(heard.text)


def test_what_arrives_together_is_one_delta_and_calls_stand_where_they_came() -> None:
    output = [message("One, two."), function_call("look", "{}")]

    events = ResponseStream("OpenAI").feed(wire(streamed(output, pieces=9)))

    assert events[0] == TextDelta("One, two.")
    assert isinstance(events[1], ToolCallDelta)


def test_a_refusal_is_kept_apart() -> None:
    heard, stream = read(wire(streamed([refusal("I will not.")])))

    assert (heard.text, heard.refusal) == ("", "I will not.")
    assert stream.finished == ModelFinished("stop", USED)


def test_thoughts_of_open_models_are_thoughts_too() -> None:
    thought: Event = {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [],
        "content": [{"type": "reasoning_text", "text": "Hm, hm."}],
    }

    heard, _ = read(wire(streamed([thought, message("So.")])))

    assert (heard.reasoning, heard.text, heard.seals) == ("Hm, hm.", "So.", [])


def test_openais_own_tools_are_never_calls_of_ours() -> None:
    own: list[Event] = [
        WEB_SEARCH,
        {"type": "file_search_call", "id": "fs_1", "status": "completed", "queries": ["x"]},
        {"type": "code_interpreter_call", "id": "ci_1", "status": "completed", "code": "1"},
        {"type": "mcp_call", "id": "m_1", "name": "n", "arguments": "{}", "server_label": "s"},
        {"type": "custom_tool_call", "id": "t_1", "call_id": "c", "name": "n", "input": "x"},
        {"type": "made_up_next_year", "id": "u_1"},
    ]

    heard, stream = read(wire(streamed([*own, message("Done.")])))

    assert (heard.text, heard.calls) == ("Done.", {})
    assert stream.finished == ModelFinished("stop", USED)


@pytest.mark.parametrize(
    ("reason", "ours"),
    [
        ("max_output_tokens", "length"),
        ("content_filter", "content-filter"),
        ("max_messages", "length"),
        (None, "length"),
    ],
)
def test_an_incomplete_answer_says_why(reason: str | None, ours: str) -> None:
    details = {"reason": reason}
    events = streamed([message("Half")], status="incomplete", incomplete_details=details)

    heard, stream = read(wire(events))

    assert heard.text == "Half"
    assert stream.finished is not None
    assert stream.finished.reason == ours


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("server_error", ProviderError),
        ("rate_limit_exceeded", ProviderOverloadedError),
        ("invalid_prompt", ProviderRejectedRequestError),
        ("context_length_exceeded", ContextTooLongError),
        ("insufficient_quota", ProviderRefusedKeyError),
    ],
)
def test_a_failed_answer_keeps_its_words_and_becomes_an_error_of_ours(
    code: str, kind: type[ProviderError]
) -> None:
    error = {"code": code, "message": "Sorry."}

    heard, stream = read(wire(streamed([message("Half")], status="failed", error=error)))
    _, flat = read(wire([{"type": "error", "code": code, "message": "Sorry.", "param": None}]))
    _, nested = read(wire([{"type": "error", "error": error}]))

    assert heard.text == "Half"
    for failed in (stream, flat, nested):
        assert type(failed.failure) is kind
        assert str(failed.failure).endswith("It says: Sorry.")
        assert failed.finished is None


def test_an_error_that_a_proxy_puts_in_between_is_one_too() -> None:
    _, stream = read(b'data: {"error": {"code": 503, "message": "busy"}}\n\n')

    assert isinstance(stream.failure, ProviderOverloadedError)


@pytest.mark.parametrize("status", ["in_progress", "queued", "cancelled", "who knows"])
def test_an_answer_that_was_given_up_has_no_end(status: str) -> None:
    stream = ResponseStream("OpenAI")

    heard = heard_in(stream.whole(response([message("Half")], status=status)))

    assert heard.text == "Half"
    assert isinstance(stream.failure, StreamCutError)


def test_a_final_word_of_the_chat_completions_does_no_harm_and_makes_no_end() -> None:
    _, ended = read(FULL + b"data: [DONE]\n\n")
    _, cut = read(wire(streamed(OUTPUT)[:-1]) + b"data: [DONE]\n\n")

    assert ended.finished
    assert isinstance(cut.failure, StreamCutError)


BROKEN: list[Any] = [
    [],
    7,
    {"type": ["x"]},
    {"type": "response.output_text.delta"},
    {"type": "response.output_text.delta", "delta": 7},
    {"type": "response.refusal.delta", "delta": None},
    {"type": "response.function_call_arguments.delta", "output_index": [], "delta": ""},
    {"type": "response.output_item.added", "item": {"type": "function_call", "call_id": 7}},
    {"type": "response.output_item.added", "item": {"type": "function_call", "name": "n"}},
    {"type": "response.completed"},
    {"type": "response.completed", "response": 7},
]


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_not_the_protocol_is_a_failure_and_the_words_before_it_are_kept(
    broken: object,
) -> None:
    beginning = wire(streamed([message("Kept.")])[:-3])

    heard, stream = read(beginning + b"data: %s\n\n" % orjson.dumps(broken))

    assert heard.text == "Kept."
    assert isinstance(stream.failure, StreamCutError)
    assert stream.finished is None


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    read(b"data: " + noise + b"\n\n", noise)

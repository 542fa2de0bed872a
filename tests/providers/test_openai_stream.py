"""An answer in OpenAI's words: read the same however it is cut, and kept whatever breaks."""

import itertools

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.providers import (
    ModelEvent,
    ModelFinished,
    ProviderOverloadedError,
    ReasoningDelta,
    RefusalDelta,
    SourceCited,
    StreamCutError,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.adapters.openai_stream import ChatCompletionStream


def chunk(**delta: object) -> bytes:
    return b"data: %s\n\n" % orjson.dumps({"choices": [{"index": 0, "delta": delta}]})


def end(reason: str = "stop") -> bytes:
    finish = orjson.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    return b"data: %s\n\ndata: [DONE]\n\n" % finish


def read(*reads: bytes) -> tuple[list[ModelEvent], ChatCompletionStream]:
    stream = ChatCompletionStream("Upstream")
    events = [event for piece in reads for event in stream.feed(piece)]
    return events, stream


def joined(events: list[ModelEvent], kind: type[TextDelta | ReasoningDelta]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


SAID = st.lists(st.tuples(st.sampled_from(["content", "reasoning_content"]), st.text(min_size=1)))


@given(said=SAID, cuts=st.lists(st.integers(0, 400), max_size=6))
def test_however_the_bytes_are_cut_the_words_are_the_same(
    said: list[tuple[str, str]], cuts: list[int]
) -> None:
    wire = b"".join(chunk(**{field: text}) for field, text in said) + end()
    places = [0, *sorted(cuts), len(wire)]

    events, stream = read(*[wire[a:b] for a, b in itertools.pairwise(places)])

    assert stream.finished == ModelFinished("stop")
    assert joined(events, TextDelta) == "".join(t for field, t in said if field == "content")
    assert joined(events, ReasoningDelta) == "".join(t for field, t in said if field != "content")


def test_what_arrives_together_is_one_delta() -> None:
    events, _ = read(chunk(content="One, ") + chunk(content="two."), chunk(content=" Three."))

    assert events == [TextDelta("One, two."), TextDelta(" Three.")]


def test_thinking_refusing_and_answering_stay_apart_and_in_order() -> None:
    events, _ = read(
        chunk(reasoning="Hm.")
        + chunk(content="Well, ")
        + chunk(refusal="no.")
        + chunk(content="Or")
    )

    assert events == [
        ReasoningDelta("Hm."),
        TextDelta("Well, "),
        RefusalDelta("no."),
        TextDelta("Or"),
    ]


def test_an_emoji_cut_in_two_by_the_server_is_one_again() -> None:
    halves = [
        b'data: {"choices":[{"delta":{"content":"A \\ud83d"}}]}\n\n',
        b'data: {"choices":[{"delta":{"content":"\\ude00 B"}}]}\n\n',
    ]

    events, _ = read(*halves)

    assert joined(events, TextDelta) == "A 😀 B"


def test_half_an_emoji_becomes_a_replacement_character() -> None:
    events, _ = read(b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n' + end())

    assert joined(events, TextDelta) == "\ufffd"


def test_a_tool_call_in_pieces_keeps_its_order_among_the_words() -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "look", "arguments": '{"a"'}}
    more = {"index": 0, "function": {"arguments": ":1}"}}

    events, stream = read(
        chunk(content="I look. ") + chunk(tool_calls=[call]) + chunk(tool_calls=[more]),
        end("tool_calls"),
    )

    assert events == [
        TextDelta("I look. "),
        ToolCallDelta(0, "c1", "look", '{"a"'),
        ToolCallDelta(0, None, None, ":1}"),
    ]
    assert stream.finished == ModelFinished("tool-calls")


def test_usage_is_what_the_server_counted_and_lies_count_as_unknown() -> None:
    honest = {
        "prompt_tokens": 5,
        "completion_tokens": 7,
        "completion_tokens_details": {"reasoning_tokens": 2},
        "prompt_tokens_details": {"cached_tokens": 3},
    }
    _, stream = read(b"data: %s\n\n" % orjson.dumps({"choices": [], "usage": honest}) + end())
    assert stream.finished is not None
    assert stream.finished.usage == TokenUsage(5, 7, 2, 3)

    lies = {"prompt_tokens": -5, "completion_tokens": "many", "prompt_tokens_details": [1]}
    _, stream = read(b"data: %s\n\n" % orjson.dumps({"choices": [], "usage": lies}) + end())
    assert stream.finished is not None
    assert stream.finished.usage == TokenUsage(None, None)


@pytest.mark.parametrize(
    "broken",
    [
        b"data: {not json}\n\n",
        b"data: []\n\n",
        b"data: 7\n\n",
        b'data: {"choices": "x"}\n\n',
        b'data: {"choices": [7]}\n\n',
        b'data: {"choices": [{"delta": {"content": 7}}]}\n\n',
        b'data: {"choices": [{"delta": {"tool_calls": [3]}}]}\n\n',
        b'data: {"choices": [{"finish_reason": ["x"]}]}\n\n',
        b"data: [DONE]\n\n",
        b"data: \xff\xfe\n\n",
        b"data: " + b"[" * 5000 + b"\n\n",
    ],
)
def test_what_is_not_the_protocol_is_a_failure_and_the_words_before_it_are_kept(
    broken: bytes,
) -> None:
    events, stream = read(chunk(content="Kept.") + broken)

    assert events == [TextDelta("Kept.")]
    assert isinstance(stream.failure, StreamCutError)
    assert stream.finished is None


def test_an_error_in_the_middle_of_a_stream_is_ours_and_says_what_the_server_said() -> None:
    error = {"error": {"message": "Rate limit reached", "code": 429}}

    events, stream = read(chunk(content="So far") + b"data: %s\n\n" % orjson.dumps(error))

    assert events == [TextDelta("So far")]
    assert isinstance(stream.failure, ProviderOverloadedError)
    assert "Rate limit reached" in stream.failure.detail


def test_unknown_fields_and_events_are_ignored() -> None:
    strange = b'event: ping\ndata: {"choices": null, "x": {}}\n\n: hello\n\n'

    events, stream = read(strange + chunk(content="Hi", mood="good") + end("made-up"))

    assert events == [TextDelta("Hi")]
    assert stream.finished == ModelFinished("stop")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    read(b"data: " + noise + b"\n\n", noise)


FULL = (
    chunk(role="assistant", content="")
    + chunk(reasoning_content="Hm ü 語.")
    + chunk(content="I look 🦉. ")
    + chunk(tool_calls=[{"index": 0, "id": "c1", "type": "function", "function": {"name": "look"}}])
    + chunk(tool_calls=[{"index": 0, "function": {"arguments": '{"a"'}}])
    + chunk(tool_calls=[{"index": 0, "function": {"arguments": ": 1}"}}])
    + chunk(tool_calls=[{"index": 1, "id": "c2", "function": {"name": "see", "arguments": "{}"}}])
    + end("tool_calls")
)


def told(events: list[ModelEvent]) -> tuple[str, str, dict[int, str]]:
    """Text, thoughts, and each call in one string."""
    calls: dict[int, str] = {}
    for event in events:
        if isinstance(event, ToolCallDelta):
            head = f"{event.call_id} {event.name} " if event.name else ""
            calls[event.index] = calls.get(event.index, "") + head + event.arguments
    return joined(events, TextDelta), joined(events, ReasoningDelta), calls


@given(cuts=st.lists(st.integers(0, len(FULL)), max_size=8))
def test_however_the_bytes_are_cut_calls_and_ending_are_the_same(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(FULL)]

    events, stream = read(*[FULL[a:b] for a, b in itertools.pairwise(places)])

    assert told(events) == ("I look 🦉. ", "Hm ü 語.", {0: 'c1 look {"a": 1}', 1: "c2 see {}"})
    assert stream.finished == ModelFinished("tool-calls")


def test_cut_off_at_any_byte_it_has_no_end_and_keeps_what_came() -> None:
    for length in range(len(FULL)):
        events, stream = read(FULL[:length])

        text, thoughts, _ = told(events)
        assert stream.finished is None
        assert stream.failure is None
        assert "I look 🦉. ".startswith(text)
        assert "Hm ü 語.".startswith(thoughts)
    assert read(FULL)[1].finished


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content-filter"),
        ("tool_calls", "tool-calls"),
        ("function_call", "tool-calls"),
        ("eos", "stop"),
    ],
)
def test_every_finish_reason_is_one_of_ours(wire: str, ours: str) -> None:
    _, stream = read(chunk(content="Hi") + end(wire))

    assert stream.finished is not None
    assert stream.finished.reason == ours


@pytest.mark.parametrize("reason", ["error", "abort"])
def test_an_answer_that_the_server_gave_up_has_no_end(reason: str) -> None:
    events, stream = read(chunk(content="Hi") + end(reason))

    assert events == [TextDelta("Hi")]
    assert isinstance(stream.failure, StreamCutError)
    assert stream.finished is None


def test_a_server_that_stops_after_a_call_has_stopped_for_the_call() -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "look", "arguments": "{}"}}

    _, stream = read(chunk(tool_calls=[call]) + end("stop"))

    assert stream.finished == ModelFinished("tool-calls")


def test_a_call_without_a_name_is_no_answer() -> None:
    _, stream = read(chunk(tool_calls=[{"index": 0, "id": "c1"}]) + end("tool_calls"))

    assert isinstance(stream.failure, StreamCutError)


def test_sources_are_cited_where_they_stand() -> None:
    cited = {"url": "https://a.example", "title": "A", "start_index": 0, "end_index": 3}
    annotations = [
        {"type": "url_citation", "url_citation": {**cited, "content": "words"}},
        {"type": "mood", "mood": 1},
        {"type": "file_citation", "filename": "b.pdf"},
    ]

    events, _ = read(chunk(content="One.") + chunk(annotations=annotations) + chunk(content="Two."))

    assert events == [
        TextDelta("One."),
        SourceCited("https://a.example", "A", "words"),
        SourceCited(None, "b.pdf", None),
        TextDelta("Two."),
    ]


WHOLE = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "I look 🦉. ",
                "reasoning_content": "Hm ü 語.",
                "refusal": None,
                "tool_calls": [
                    {"id": "c1", "function": {"name": "look", "arguments": '{"a": 1}'}},
                    {"id": "c2", "function": {"name": "see", "arguments": "{}"}},
                ],
            },
            "finish_reason": "tool_calls",
        }
    ],
    "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
}


def test_an_answer_in_one_piece_says_the_same_as_a_streamed_one() -> None:
    stream = ChatCompletionStream("Upstream")

    events = stream.whole(WHOLE)

    assert told(events) == told(read(FULL)[0])
    assert stream.finished == ModelFinished("tool-calls", TokenUsage(5, 7))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"choices": []},
        {"choices": [7]},
        {"choices": [{"message": {"content": "Hi"}}]},
        {"choices": [{"message": {"content": 7}, "finish_reason": "stop"}]},
        {"choices": [{"finish_reason": "stop"}]},
    ],
)
def test_what_is_no_answer_is_a_failure(answer: object) -> None:
    stream = ChatCompletionStream("Upstream")

    stream.whole(answer)

    assert isinstance(stream.failure, StreamCutError)
    assert stream.finished is None


def test_an_error_with_a_status_of_success_is_an_error() -> None:
    stream = ChatCompletionStream("Upstream", key="sk-1")

    stream.whole({"error": {"code": "rate_limit_exceeded", "message": "Slow down, sk-1"}})

    assert isinstance(stream.failure, ProviderOverloadedError)
    assert "Slow down, [key]" in stream.failure.detail

"""An answer in Ollama's words: read the same however it is cut, and kept whatever breaks."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ollama_upstream import ends, line, says

from arcano.providers import (
    ModelEvent,
    ModelFinished,
    ProviderError,
    ReasoningDelta,
    StreamCutError,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.adapters.ollama_stream import OllamaChatStream

USAGE = TokenUsage(26, 282)


def called(name: str, arguments: object, call_id: str | None = None) -> dict[str, object]:
    call: dict[str, object] = {"function": {"index": 0, "name": name, "arguments": arguments}}
    return call if call_id is None else {"id": call_id, **call}


def read(*reads: bytes) -> tuple[list[ModelEvent], OllamaChatStream]:
    stream = OllamaChatStream("Ollama")
    events = [event for piece in reads for event in stream.feed(piece)]
    return events + stream.end(), stream


def joined(events: list[ModelEvent], kind: type[TextDelta | ReasoningDelta]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


def calls_in(events: list[ModelEvent]) -> list[ToolCallDelta]:
    return [event for event in events if isinstance(event, ToolCallDelta)]


SAID = st.lists(st.tuples(st.sampled_from(["content", "thinking"]), st.text(min_size=1)))
CALLS = [called("look", {"at": "ü🦉"}, "c1"), called("go", {}, "c2")]


@given(said=SAID, cuts=st.lists(st.integers(0, 1500), max_size=8), ended=st.booleans())
def test_however_the_bytes_are_cut_the_answer_is_the_same(
    said: list[tuple[str, str]], cuts: list[int], ended: bool
) -> None:
    wire = b"".join(line(says(**{field: text})) for field, text in said)
    wire += line(says(tool_calls=CALLS)) + line(ends())
    wire = wire if ended else wire.removesuffix(b"\n")
    places = [0, *sorted(cuts), len(wire)]

    events, stream = read(*[wire[a:b] for a, b in itertools.pairwise(places)])

    assert joined(events, TextDelta) == "".join(text for field, text in said if field == "content")
    assert joined(events, ReasoningDelta) == "".join(t for field, t in said if field == "thinking")
    assert [(c.call_id, c.arguments) for c in calls_in(events)] == [
        ("c1", '{"at":"ü🦉"}'),
        ("c2", "{}"),
    ]
    assert stream.finished == ModelFinished("tool-calls", USAGE)


def test_cut_at_any_byte_the_words_so_far_are_kept_and_it_is_no_end() -> None:
    whole = [line(says(content="Grüß ")), line(says(content="🦉")), line(ends())]
    wire = b"".join(whole)

    for place in range(len(wire)):
        stream = OllamaChatStream("Ollama")
        events = stream.feed(wire[:place])

        there = sum(place >= len(b"".join(whole[: n + 1])) for n in range(3))
        assert joined(events, TextDelta) == "".join(("Grüß ", "🦉", "")[:there])
        assert stream.finished is None
        assert stream.failure is None


def test_what_arrives_together_is_one_delta() -> None:
    events, _ = read(
        line(says(content="One, ")) + line(says(content="two.")), line(says(content=" Three."))
    )

    assert events == [TextDelta("One, two."), TextDelta(" Three.")]


def test_thinking_and_answering_stay_apart_and_in_order() -> None:
    events, _ = read(
        line(says(thinking="Hm."))
        + line(says(thinking=" Well.", content="So: "))
        + line(says(content="42."))
    )

    assert events == [ReasoningDelta("Hm. Well."), TextDelta("So: 42.")]


def test_an_answer_in_one_piece_is_the_same_answer() -> None:
    pieces = line(says(thinking="Hm.")) + line(says(content="Here:"))
    pieces += line(says(tool_calls=CALLS)) + line(ends())

    whole, ended_whole = read(
        line(ends(thinking="Hm.", content="Here:", tool_calls=CALLS)).rstrip()
    )
    streamed, ended_streamed = read(pieces)

    assert whole == streamed
    assert len(whole) == 4
    assert ended_whole.finished == ended_streamed.finished == ModelFinished("tool-calls", USAGE)


def test_parallel_calls_are_told_apart_together_or_one_by_one() -> None:
    together, _ = read(line(says(tool_calls=CALLS)) + line(ends()))
    one_by_one, _ = read(*[line(says(tool_calls=[call])) for call in CALLS], line(ends()))
    with_the_end, _ = read(line(ends(tool_calls=CALLS)))

    assert together == one_by_one == with_the_end
    assert [call.index for call in calls_in(together)] == [0, 1]


def test_a_call_without_an_id_gets_one_of_its_own() -> None:
    events, _ = read(line(says(tool_calls=[called("a", {}), called("b", None)])) + line(ends()))

    first, second = calls_in(events)
    assert first.call_id
    assert second.call_id
    assert first.call_id != second.call_id
    assert replace(second, call_id="") == ToolCallDelta(1, "", "b", "{}")


@pytest.mark.parametrize(
    ("reason", "ours"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("load", "stop"),
        ("unload", "stop"),
        (None, "stop"),
        ("", "stop"),
        ("made-up", "stop"),
    ],
)
def test_each_reason_to_end_is_one_of_ours(reason: str | None, ours: str) -> None:
    _, stream = read(line(says(content="Hi")) + line(ends(reason)))

    assert stream.finished is not None
    assert stream.finished.reason == ours


def test_an_answer_that_got_too_long_after_a_call_says_so() -> None:
    _, stream = read(line(says(tool_calls=CALLS)) + line(ends("length")))

    assert stream.finished == ModelFinished("length", USAGE)


def test_what_was_not_counted_is_unknown_and_lies_count_as_unknown() -> None:
    cached = {key: value for key, value in ends().items() if key != "prompt_eval_count"}
    _, stream = read(line(cached))
    assert stream.finished == ModelFinished("stop", TokenUsage(None, 282))

    _, stream = read(line(ends() | {"prompt_eval_count": -5, "eval_count": "many"}))
    assert stream.finished == ModelFinished("stop", None)


def test_nothing_after_the_end_is_read() -> None:
    events, stream = read(line(ends()) + line(says(content="?")) + b"garbage\n")

    assert events == []
    assert stream.finished
    assert stream.failure is None


@pytest.mark.parametrize(
    "broken",
    [
        b"{not json}\n",
        b"[]\n",
        b"7\n",
        b'"text"\n',
        b"data: {}\n",
        b'{"message": "x"}\n',
        b'{"message": [1]}\n',
        b'{"message": {"content": 7}}\n',
        b'{"message": {"thinking": ["x"]}}\n',
        b'{"message": {"tool_calls": 3}}\n',
        b'{"message": {"tool_calls": [3]}}\n',
        b'{"message": {"tool_calls": [{"id": "c"}]}}\n',
        b'{"message": {"tool_calls": [{"function": {"name": 7}}]}}\n',
        b'{"message": {"tool_calls": [{"function": {"name": "a", "arguments": [1]}}]}}\n',
        b'{"done": true, "done_reason": ["x"]}\n',
        b"\xff\xfe\n",
        b"[" * 5000 + b"\n",
        b" " * (8 * 1024 * 1024 + 1),
    ],
)
def test_what_is_not_the_protocol_is_a_failure_and_the_words_before_it_are_kept(
    broken: bytes,
) -> None:
    events, stream = read(line(says(content="Kept.")), broken)

    assert events == [TextDelta("Kept.")]
    assert isinstance(stream.failure, StreamCutError)
    assert stream.finished is None


@pytest.mark.parametrize("done", ["true", 1, "yes", None, {}])
def test_only_true_is_the_end(done: object) -> None:
    _, stream = read(line(says(content="Hi") | {"done": done}))

    assert stream.finished is None


def test_an_error_in_the_middle_is_ours_and_says_what_the_server_said() -> None:
    error = {"error": "an error was encountered while running the model: sk-secret lost"}
    stream = OllamaChatStream("Ollama", key="sk-secret")

    events = stream.feed(line(says(content="So far")) + line(error))

    assert events == [TextDelta("So far")]
    assert type(stream.failure) is ProviderError
    assert "while running the model: [key] lost" in stream.failure.detail


def test_unknown_fields_and_pieces_are_ignored() -> None:
    strange = {"model": "m", "message": None, "logprobs": [1], "remote_host": "x"}

    events, stream = read(line(strange) + line(says(content="Hi", images=None, mood=1) | {"x": 0}))

    assert events == [TextDelta("Hi")]
    assert stream.failure is None


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    read(noise, b'{"message":' + noise + b"}\n", noise)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["error", "message", "done", "done_reason", "eval_count"]),
        JSON | st.dictionaries(st.sampled_from(["content", "thinking", "tool_calls"]), JSON),
    )
)
def test_no_types_make_it_raise(strange: dict[str, object]) -> None:
    read(line(strange))

"""An answer in Google's words: read the same however it is cut, and kept whatever breaks."""

import itertools
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.gemini_upstream import ANSWER_ID, chunk, error, said, sse

from arcano.providers import (
    ModelEvent,
    ModelFinished,
    ProviderOverloadedError,
    ReasoningDelta,
    Seal,
    StreamCutError,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.adapters.gemini_stream import GeminiStream
from arcano.providers.events import (
    CallAccepted,
    ReasoningSealed,
    SourceCited,
)

ACCEPTED = CallAccepted(ANSWER_ID)
LOOK = {"functionCall": {"name": "look", "args": {"at": "the 🦉", "n": [1, 2.5, None]}}}
BLINK = {"functionCall": {"name": "blink"}}


def read(*reads: bytes) -> tuple[list[ModelEvent], GeminiStream]:
    stream = GeminiStream("Google")
    events = [event for piece in reads for event in stream.feed(piece)]
    return events, stream


def heard(*reads: bytes) -> list[ModelEvent]:
    """What is said in a stream that ends well."""
    events, stream = read(*reads)
    return [*events[1:], stream.end()]


def joined(events: list[ModelEvent], kind: type[TextDelta | ReasoningDelta]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


def apart_from_words(events: list[ModelEvent]) -> list[ModelEvent]:
    return [event for event in events if not isinstance(event, TextDelta | ReasoningDelta)]


Part = dict[str, Any]


def words(text: str) -> Part:
    return {"text": text}


def thought(text: str) -> Part:
    return {"text": text, "thought": True}


def call(name: str, seal: Part) -> Part:
    return {"functionCall": {"name": name, "args": {"a": name}}, **seal}


SEALS: list[Part] = [{}, {"thoughtSignature": "c2ln"}]
OTHERS: list[Part] = [
    {"text": "", "thoughtSignature": "c2ln"},
    {"executableCode": {"language": "PYTHON", "code": "1"}},
]
PARTS: st.SearchStrategy[list[Part]] = st.lists(
    st.one_of(
        st.builds(words, st.text()),
        st.builds(thought, st.text(min_size=1)),
        st.builds(call, st.text("abc", min_size=1), st.sampled_from(SEALS)),
        st.sampled_from(OTHERS),
    )
)


@given(parts=PARTS, cuts=st.lists(st.integers(0, 3000), max_size=8))
def test_however_the_bytes_are_cut_the_answer_is_the_same(
    parts: list[dict[str, Any]], cuts: list[int]
) -> None:
    wire = sse(*(chunk(part) for part in parts), chunk(finish="STOP"))
    places = [0, *sorted(cuts), len(wire)]

    at_once, whole = read(wire)
    events, stream = read(*[wire[a:b] for a, b in itertools.pairwise(places)])

    assert stream.end() == whole.end()
    assert joined(events, TextDelta) == "".join(
        part["text"] for part in parts if "text" in part and "thought" not in part
    )
    assert joined(events, ReasoningDelta) == joined(at_once, ReasoningDelta)
    assert apart_from_words(events) == apart_from_words(at_once)


def test_a_stream_cut_at_any_byte_says_so_and_keeps_the_words_so_far() -> None:
    told = ["One 🦉 ", "two ", "three."]
    wire = sse(said(told[0]), said(told[1]), said(told[2], finish="STOP"))
    ends = [len(sse(*map(said, told[:count]))) for count in range(len(told))]

    for length in range(len(wire)):
        events, stream = read(wire[:length])

        # The second of the two line ends that close an event may be missing its last byte.
        whole_chunks = sum(length >= end - 1 for end in ends[1:]) + (length == len(wire) - 1)
        assert joined(events, TextDelta) == "".join(told[:whole_chunks])
        if whole_chunks < len(told):
            with pytest.raises(StreamCutError):
                stream.end()


def test_what_arrives_together_is_one_delta() -> None:
    events, _ = read(sse(said("One, "), said("two.")), sse(said(" Three.")))

    assert events == [ACCEPTED, TextDelta("One, two."), TextDelta(" Three.")]


def test_thinking_and_answering_stay_apart_and_in_order_with_their_seal() -> None:
    events = heard(
        sse(
            chunk({"text": "Hm.", "thought": True}),
            chunk({"text": " Hm.", "thought": True}),
            said("Well, "),
            chunk({"text": "yes.", "thoughtSignature": "c2ln"}),
            chunk({"text": "", "thoughtSignature": "c2lnMg=="}, finish="STOP", usage=None),
        )
    )

    assert events == [
        ReasoningDelta("Hm. Hm."),
        TextDelta("Well, yes."),
        ReasoningSealed(Seal("gemini", "c2ln"), on_text=4),
        ReasoningSealed(Seal("gemini", "c2lnMg=="), on_text=0),
        ModelFinished("stop", TokenUsage(5, 7)),
    ]


def test_calls_keep_their_order_among_the_words_and_get_ids_of_their_own() -> None:
    parts = ({"text": "I look."}, {**LOOK, "thoughtSignature": "c2ln"}, BLINK, BLINK)

    together = heard(sse(chunk(*parts, finish="STOP")))
    one_by_one = heard(*(sse(chunk(part)) for part in parts), sse(chunk(finish="STOP")))

    assert together == one_by_one
    assert together[0] == TextDelta("I look.")
    calls = [event for event in together if isinstance(event, ToolCallDelta)]
    assert [(call.index, call.name, call.arguments, call.seal) for call in calls] == [
        (0, "look", '{"at":"the 🦉","n":[1,2.5,null]}', Seal("gemini", "c2ln")),
        (1, "blink", "{}", None),
        (2, "blink", "{}", None),
    ]
    assert len({call.call_id for call in calls}) == 3
    assert together[-1] == ModelFinished("tool-calls", TokenUsage(5, 7))


def test_an_id_of_googles_own_is_kept() -> None:
    events = heard(sse(chunk({"functionCall": {"id": "fc9", "name": "look"}}, finish="STOP")))

    assert events[0] == ToolCallDelta(0, "fc9", "look", "{}")


def test_what_googles_own_tools_did_is_not_for_us_to_do() -> None:
    events = heard(
        sse(
            chunk(
                {"executableCode": {"language": "PYTHON", "code": "print(1)", "id": "x"}},
                {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
                {"toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "id": "t1"}},
                {"toolResponse": {"toolType": "GOOGLE_SEARCH_WEB", "id": "t1"}},
                {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}},
                {"aThingOfTomorrow": 1},
                {"text": "It is 1."},
                finish="STOP",
            )
        )
    )

    assert events == [TextDelta("It is 1."), ModelFinished("stop", TokenUsage(5, 7))]


def test_each_source_is_named_once() -> None:
    web: Part = {"web": {"uri": "https://a.example", "title": "A"}}
    store = {"retrievedContext": {"uri": "fs/1", "title": "B", "text": "Owls see."}}
    grounding: Part = {
        "webSearchQueries": ["owls"],
        "groundingChunks": [web, store, web, {"unknown": {}}, "odd"],
        "groundingSupports": [{"segment": {"text": "Owls"}, "groundingChunkIndices": [0]}],
    }
    citations = {"citationSources": [{"startIndex": 0, "endIndex": 4, "uri": "https://c.example"}]}

    events = heard(
        sse(
            chunk({"text": "Owls "}, groundingMetadata=grounding),
            chunk(
                {"text": "see."},
                finish="STOP",
                groundingMetadata=grounding,
                citationMetadata=citations,
            ),
        )
    )

    assert events == [
        TextDelta("Owls "),
        SourceCited("https://a.example", "A", None),
        SourceCited("fs/1", "B", "Owls see."),
        TextDelta("see."),
        SourceCited("https://c.example", None, None),
        ModelFinished("stop", TokenUsage(5, 7)),
    ]


def test_of_several_answers_the_first_is_read() -> None:
    other = {"content": {"parts": [{"text": "B"}]}, "index": 1, "finishReason": "SAFETY"}
    both = said("A", finish="STOP")
    both["candidates"].append(other)

    assert heard(sse(both)) == [TextDelta("A"), ModelFinished("stop", TokenUsage(5, 7))]


@pytest.mark.parametrize(
    "broken",
    [
        b"data: {not json}\n\n",
        b"data: []\n\n",
        b"data: 7\n\n",
        b"data: null\n\n",
        b'data: {"candidates": "x"}\n\n',
        b'data: {"candidates": [7]}\n\n',
        b'data: {"candidates": [{"content": [7]}]}\n\n',
        b'data: {"candidates": [{"content": {"parts": ["x"]}}]}\n\n',
        sse(chunk({"text": 7})),
        sse(chunk({"text": ["x"]})),
        sse(chunk({"text": "", "thoughtSignature": 7})),
        sse(chunk({"functionCall": "look"})),
        sse(chunk({"functionCall": {"args": {}}})),
        sse(chunk({"functionCall": {"name": 7}})),
        sse(chunk({"functionCall": {"name": "look", "args": "{}"}})),
        sse(chunk({"functionCall": {"name": "look", "args": [1]}})),
        sse(chunk({"functionCall": {"name": "look", "id": 7}})),
        sse(chunk({"functionCall": {"name": "look"}, "thoughtSignature": 7})),
        b'data: {"candidates": [{"finishReason": ["x"]}]}\n\n',
        b"data: \xff\xfe\n\n",
        b"data: " + b"[" * 5000 + b"\n\n",
        b'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"x","args":{"a":'
        + b"[" * 500
        + b"]" * 500
        + b"}}}]}}]}\n\n",
        b"data: " + b"x" * (9 * 1024 * 1024),
    ],
)
def test_what_is_not_the_protocol_is_a_failure_and_the_words_before_it_are_kept(
    broken: bytes,
) -> None:
    events, stream = read(sse(said("Kept.")) + broken[:1000], broken[1000:])

    assert events == [ACCEPTED, TextDelta("Kept.")]
    assert isinstance(stream.failure, StreamCutError)
    with pytest.raises(StreamCutError):
        stream.end()


def test_an_error_in_the_middle_of_a_stream_is_ours_and_says_what_google_said() -> None:
    overloaded = error(503, "UNAVAILABLE", "The model is overloaded.")

    events, stream = read(sse(said("So far"), overloaded))

    assert events == [ACCEPTED, TextDelta("So far")]
    assert isinstance(stream.failure, ProviderOverloadedError)
    assert "The model is overloaded." in stream.failure.detail


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize("before", ["So far", "x" * 40_000])
def test_an_error_without_its_frame_is_read_too(as_list: bool, before: str) -> None:
    overloaded: Any = error(429, "RESOURCE_EXHAUSTED", "Slow down.")
    bare = orjson.dumps([overloaded] if as_list else overloaded, option=orjson.OPT_INDENT_2)

    events, stream = read(sse(said(before)) + bare)

    assert joined(events, TextDelta) == before
    with pytest.raises(ProviderOverloadedError, match=r"Slow down\."):
        stream.end()


@pytest.mark.parametrize("bare", [b"7", b"[]", b'{"a": 1}', b"<html>", b'{"error": {"code": 4'])
def test_other_bytes_without_a_frame_are_a_cut(bare: bytes) -> None:
    _, stream = read(sse(said("So far")) + bare)

    with pytest.raises(StreamCutError):
        stream.end()


def test_the_key_is_not_repeated_from_an_error() -> None:
    stream = GeminiStream("Google", key="AIzaSecret")

    stream.feed(sse(error(400, "INVALID_ARGUMENT", "Key AIzaSecret is odd.")))

    assert stream.failure is not None
    assert "Key [key] is odd." in stream.failure.detail


def test_a_whole_answer_gives_the_same_as_a_streamed_one() -> None:
    whole = chunk({"text": "Hm.", "thought": True}, {"text": "Well."}, LOOK, finish="STOP")
    stream = GeminiStream("Google")

    events = stream.take(whole)

    assert [*events[1:], stream.end()] == heard(sse(whole))


@pytest.mark.parametrize("whole", [None, 7, [], "x", {"candidates": [7]}, {}, said("So far")])
def test_a_whole_answer_that_is_none_is_a_cut(whole: object) -> None:
    stream = GeminiStream("Google")

    stream.take(whole)

    with pytest.raises(StreamCutError):
        stream.end()


def test_unknown_fields_and_events_are_ignored() -> None:
    strange = b'event: ping\ndata: {"candidates": null, "x": {}}\n\n: hello\n\n'

    events, stream = read(strange + sse(chunk({"text": "Hi", "mood": 1}, finish="STOP", tempo=2)))

    assert events == [CallAccepted(None), TextDelta("Hi")]
    assert stream.end() == ModelFinished("stop", TokenUsage(5, 7))


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    read(b"data: " + noise + b"\n\n", noise)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3)
    ),
    max_leaves=8,
)
CANDIDATE: st.SearchStrategy[Part] = st.dictionaries(
    st.sampled_from(["content", "finishReason", "groundingMetadata", "index"]), JSON
)
CHUNK: st.SearchStrategy[Part] = st.fixed_dictionaries(
    {},
    optional={
        "error": JSON,
        "candidates": st.lists(CANDIDATE) | JSON,
        "usageMetadata": JSON,
        "promptFeedback": JSON,
        "responseId": JSON,
    },
)


@given(CHUNK)
def test_no_json_makes_it_raise(odd: dict[str, Any]) -> None:
    read(sse(odd))

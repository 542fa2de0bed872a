"""An answer in Anthropic's words: read the same however it is cut, in pieces or whole, and kept whatever breaks.

The samples are shaped as "Streaming messages", "Thinking" and "Web search tool" of the Claude docs have them.
"""

import itertools
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
    ContextTooLongError,
    ModelEvent,
    ModelFinished,
    ProviderError,
    ProviderOverloadedError,
    ReasoningDelta,
    RefusalDelta,
    Seal,
    StreamCutError,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.adapters.anthropic_stream import MessageAnswer
from arcano.providers.events import ReasoningSealed, SourceCited

USED = TokenUsage(331, 25, None, 300, 20)
RICH: tuple[dict[str, Any], ...] = (
    start(),
    begins(0, type="thinking", thinking="", signature=""),
    PING,
    grows(0, "thinking_delta", thinking="They want "),
    grows(0, "thinking_delta", thinking="a 🦉."),
    grows(0, "signature_delta", signature="c2lnbmVk"),
    ends(0),
    begins(1, type="redacted_thinking", data="ZGF0YQ=="),
    ends(1),
    *texts(2, "I lóok ", "for ", "語."),
    begins(3, type="server_tool_use", id="srvtoolu_01", name="web_search", input={}),
    grows(3, "input_json_delta", partial_json='{"query":"owls"}'),
    ends(3),
    begins(4, type="web_search_tool_result", tool_use_id="srvtoolu_01", content=[]),
    ends(4),
    begins(5, type="text", text="", citations=[]),
    grows(
        5,
        "citations_delta",
        citation={
            "type": "web_search_result_location",
            "url": "https://owls.example/",
            "title": "Owls",
            "encrypted_index": "Eo8B",
            "cited_text": "Owls hoot.",
        },
    ),
    grows(5, "text_delta", text="They hoot."),
    ends(5),
    begins(6, type="tool_use", id="toolu_01", name="look", input={}),
    grows(6, "input_json_delta", partial_json=""),
    grows(6, "input_json_delta", partial_json='{"at": "Zü'),
    grows(6, "input_json_delta", partial_json='rich"}'),
    ends(6),
    begins(7, type="tool_use", id="toolu_02", name="now", input={}),
    ends(7),
    *stop("tool_use"),
)
RICH_EVENTS: list[ModelEvent] = [
    ReasoningDelta("They want a 🦉."),
    ReasoningSealed(Seal("anthropic", "c2lnbmVk")),
    ReasoningSealed(Seal("anthropic", "redacted:ZGF0YQ==")),
    TextDelta("I lóok for 語."),
    SourceCited("https://owls.example/", "Owls", "Owls hoot."),
    TextDelta("They hoot."),
    ToolCallDelta(0, "toolu_01", "look", ""),
    ToolCallDelta(0, None, None, '{"at": "Zürich"}'),
    ToolCallDelta(1, "toolu_02", "now", ""),
    ToolCallDelta(1, None, None, "{}"),
]


def read(*reads: bytes, owed: str = "") -> tuple[list[ModelEvent], MessageAnswer]:
    answer = MessageAnswer("Claude", owed=owed)
    events = [event for piece in reads for event in answer.feed(piece)]
    return events, answer


def joined(events: list[ModelEvent]) -> list[ModelEvent]:
    """Events as they are when all arrives at once."""
    out: list[ModelEvent] = []
    for event in events:
        last = out[-1] if out else None
        match last, event:
            case (TextDelta(a), TextDelta(b)):
                out[-1] = TextDelta(a + b)
            case (ReasoningDelta(a), ReasoningDelta(b)):
                out[-1] = ReasoningDelta(a + b)
            case (ToolCallDelta(i, None, None, a), ToolCallDelta(j, None, None, b)) if i == j:
                out[-1] = ToolCallDelta(i, None, None, a + b)
            case _:
                out.append(event)
    return out


def test_everything_a_message_can_hold_becomes_events_in_its_order() -> None:
    events, answer = read(sse(*RICH))

    assert events == RICH_EVENTS
    assert answer.end() == ModelFinished("tool-calls", USED)


@given(st.lists(st.integers(0, len(sse(*RICH))), max_size=8))
def test_however_the_bytes_are_cut_the_answer_is_the_same(cuts: list[int]) -> None:
    wire = sse(*RICH)

    events, answer = read(
        *[wire[a:b] for a, b in itertools.pairwise([0, *sorted(cuts), len(wire)])]
    )

    assert joined(events) == RICH_EVENTS
    assert answer.end() == ModelFinished("tool-calls", USED)


def test_cut_at_any_byte_it_is_no_end_and_the_text_so_far_stands() -> None:
    pieces = ("One ", "🦉 ", "three.")
    wire = sse(start(), *texts(0, *pieces), *stop())
    events_of = {piece: sse(grows(0, "text_delta", text=piece)) for piece in pieces}
    complete_at = {piece: wire.index(event) + len(event) for piece, event in events_of.items()}

    for end in range(len(wire)):
        events, answer = read(wire[:end])

        so_far = "".join(piece for piece in pieces if complete_at[piece] <= end)
        assert "".join(event.text for event in events if isinstance(event, TextDelta)) == so_far
        with pytest.raises(StreamCutError):
            answer.end()


def test_what_arrives_together_is_one_delta() -> None:
    events, _ = read(
        sse(start(), begins(0, type="text", text="")),
        sse(grows(0, "text_delta", text="One, "), grows(0, "text_delta", text="two.")),
        sse(grows(0, "text_delta", text=" Three.")),
    )

    assert events == [TextDelta("One, two."), TextDelta(" Three.")]


WHOLE_BLOCKS: tuple[dict[str, Any], ...] = (
    {"type": "thinking", "thinking": "They want a 🦉.", "signature": "c2lnbmVk"},
    {"type": "redacted_thinking", "data": "ZGF0YQ=="},
    {"type": "text", "text": "I lóok for 語.", "citations": None},
    {"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {"query": "o"}},
    {
        "type": "text",
        "text": "They hoot.",
        "citations": [
            {
                "type": "web_search_result_location",
                "url": "https://owls.example/",
                "title": "Owls",
                "cited_text": "Owls hoot.",
            }
        ],
    },
    {"type": "tool_use", "id": "toolu_01", "name": "look", "input": {"at": "Zürich"}},
    {"type": "tool_use", "id": "toolu_02", "name": "now", "input": {}},
)


def meaning(events: list[ModelEvent]) -> dict[str, Any]:
    """Text, thoughts, sources and calls, without the order in which a citation stands to its text."""
    calls: dict[int, str] = {}
    for event in events:
        if isinstance(event, ToolCallDelta):
            calls[event.index] = calls.get(event.index, "") + event.arguments
    return {
        "text": "".join(event.text for event in events if isinstance(event, TextDelta)),
        "thought": "".join(event.text for event in events if isinstance(event, ReasoningDelta)),
        "seals": [event.seal for event in events if isinstance(event, ReasoningSealed)],
        "sources": [event for event in events if isinstance(event, SourceCited)],
        "called": [
            (event.index, event.call_id, event.name)
            for event in events
            if isinstance(event, ToolCallDelta) and event.call_id
        ],
        "arguments": {index: orjson.loads(text) for index, text in calls.items()},
    }


def test_a_whole_message_and_whole_blocks_in_a_stream_mean_the_same_as_pieces() -> None:
    whole = MessageAnswer("Claude")
    at_once = whole.whole(message(*WHOLE_BLOCKS, stop="tool_use"))
    in_first_events = [
        event
        for index, block in enumerate(WHOLE_BLOCKS)
        for event in (begins(index, **block), ends(index))
    ]
    events, streamed = read(sse(start(), *in_first_events, *stop("tool_use")))

    assert meaning(at_once) == meaning(RICH_EVENTS)
    assert meaning(events) == meaning(RICH_EVENTS)
    assert whole.end() == streamed.end() == ModelFinished("tool-calls", USED)


def test_blocks_that_the_server_forgets_to_end_are_ended() -> None:
    events, answer = read(
        sse(
            start(),
            begins(0, type="thinking", thinking="Hm.", signature="c2ln"),
            begins(0, type="tool_use", id="t", name="now", input={"a": 1}),
            *stop("tool_use"),
        )
    )

    assert events == [
        ReasoningDelta("Hm."),
        ReasoningSealed(Seal("anthropic", "c2ln")),
        ToolCallDelta(0, "t", "now", ""),
        ToolCallDelta(0, None, None, '{"a":1}'),
    ]
    assert answer.finished


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("pause_turn", "length"),
        ("tool_use", "tool-calls"),
        ("refusal", "content-filter"),
        ("a_reason_of_next_year", "stop"),
    ],
)
def test_each_stop_reason_is_one_of_ours(theirs: str, ours: str) -> None:
    _, streamed = read(sse(start(), *texts(0, "Hi"), *stop(theirs)))
    whole = MessageAnswer("Claude")
    whole.whole(message({"type": "text", "text": "Hi"}, stop=theirs))

    assert streamed.end().reason == ours
    assert whole.end().reason == ours


def test_a_refusal_says_why_and_keeps_what_was_said_before() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "This could do harm."}

    events, answer = read(sse(start(), *texts(0, "Well, "), *stop("refusal", stop_details=details)))

    assert events == [TextDelta("Well, "), RefusalDelta("This could do harm.")]
    assert answer.end().reason == "content-filter"


@pytest.mark.parametrize(
    ("citation", "cited"),
    [
        (
            {
                "type": "char_location",
                "cited_text": "x",
                "document_index": 0,
                "document_title": "Book",
            },
            SourceCited(None, "Book", "x"),
        ),
        (
            {"type": "page_location", "cited_text": "x", "document_title": None},
            SourceCited(None, None, "x"),
        ),
        (
            {
                "type": "search_result_location",
                "cited_text": "x",
                "source": "kb/7",
                "title": "Notes",
            },
            SourceCited("kb/7", "Notes", "x"),
        ),
        ({"type": "of_next_year", "cited_text": 7, "url": ["x"]}, SourceCited(None, None, None)),
    ],
)
def test_every_kind_of_citation_names_its_source(
    citation: dict[str, Any], cited: SourceCited
) -> None:
    events, _ = read(
        sse(
            start(),
            begins(0, type="text", text=""),
            grows(0, "citations_delta", citation=citation),
            ends(0),
        )
    )

    assert events == [cited]


def finished(*events: dict[str, Any]) -> TokenUsage | None:
    return read(sse(*events))[1].end().usage


def test_the_latest_count_of_each_kind_of_token_stands() -> None:
    delta = {"stop_reason": "end_turn"}
    usage = {
        "input_tokens": 12,
        "cache_read_input_tokens": None,
        "output_tokens": 40,
        "output_tokens_details": {"thinking_tokens": 30},
    }
    last = {"type": "message_delta", "delta": delta, "usage": usage}

    assert finished(start(), last, {"type": "message_stop"}) == TokenUsage(332, 40, 30, 300, 20)


def test_lies_about_tokens_count_as_unknown() -> None:
    lies = {"input_tokens": -5, "output_tokens": "many", "output_tokens_details": [1]}
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": 7}

    assert finished(start(lies), end, {"type": "message_stop"}) == TokenUsage(None, None)
    assert finished(start(None), end, {"type": "message_stop"}) is None


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("and on", "and on"),
        (" \nand on", "and on"),
        (" \n and on", " and on"),
        ("  and on", " and on"),
        (" ", ""),
    ],
)
def test_the_blank_end_of_a_beginning_is_not_said_again(said: str, heard: str) -> None:
    pieces = [grows(0, "text_delta", text=letter) for letter in said]

    events, _ = read(sse(start(), begins(0, type="text", text=""), *pieces), owed=" \n")

    assert events == ([TextDelta(heard)] if heard else [])


@pytest.mark.parametrize(
    "broken",
    [
        b"event: x\ndata: {not json}\n\n",
        b"data: []\n\n",
        b"data: 7\n\n",
        b"data: null\n\n",
        b"data: {}\n\n",
        b"data: \xff\xfe\n\n",
        b"data: " + b"[" * 5000 + b"\n\n",
        sse(grows(3, "text_delta", text="no such block")),
        sse(grows(0, "text_delta", text=7)),
        sse(grows(0, "text_delta")),
        sse(begins(1, type="tool_use", id=7, name="look", input={})),
        sse(begins(1, type="tool_use", name="look", input={})),
        sse(begins(1, type="redacted_thinking")),
        sse({"type": "content_block_start", "index": [], "content_block": {"type": "text"}}),
        sse({"type": "content_block_start", "index": 1, "content_block": "text"}),
        sse({"type": "content_block_delta", "index": 0, "delta": 7}),
        sse({"type": "content_block_stop", "index": 9}),
        sse({"type": "message_delta", "delta": {"stop_reason": ["x"]}}),
        sse({"type": "message_stop"}),
    ],
)
def test_what_is_not_the_protocol_is_a_failure_and_the_words_before_it_are_kept(
    broken: bytes,
) -> None:
    kept = sse(start(), begins(0, type="text", text=""), grows(0, "text_delta", text="Kept."))

    events, answer = read(kept + broken)

    assert events == [TextDelta("Kept.")]
    assert answer.finished is None
    with pytest.raises(StreamCutError):
        answer.end()


def test_an_event_without_measure_is_a_failure() -> None:
    _, answer = read(sse(start()), b"data: " + b"x" * (9 * 1024 * 1024))

    assert isinstance(answer.failure, StreamCutError)


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "of_next_year", "x": 1},
        begins(5, type="of_next_year", text="no"),
        grows(0, "of_next_year", text="no"),
        grows(0, "input_json_delta", partial_json="{}"),
        PING,
    ],
)
def test_what_we_do_not_know_is_passed_over(odd: dict[str, Any]) -> None:
    first = [start(), begins(0, type="text", text="", mood="good")]
    last = [grows(0, "text_delta", text="Hi"), ends(0), *stop()]

    events, answer = read(b": hello\n\n" + sse(*first, odd, *last))

    assert events == [TextDelta("Hi")]
    assert answer.end() == ModelFinished("stop", USED)


def test_what_comes_after_the_end_is_not_read() -> None:
    _, answer = read(sse(start(), *texts(0, "Hi"), *stop()) + b"data: [DONE]\n\n")

    assert answer.end().reason == "stop"


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("overloaded_error", ProviderOverloadedError),
        ("rate_limit_error", ProviderOverloadedError),
        ("request_too_large", ContextTooLongError),
        ("api_error", ProviderError),
        ("an_error_of_next_year", ProviderError),
    ],
)
def test_an_error_in_the_middle_of_a_stream_is_ours_and_says_what_the_server_said(
    kind: str, ours: type[ProviderError]
) -> None:
    events, answer = read(sse(start(), *texts(0, "So far"), error(kind, "Overloaded")))

    assert events == [TextDelta("So far")]
    with pytest.raises(ProviderError, match="Overloaded") as raised:
        answer.end()
    assert type(raised.value) is ours


def test_an_error_of_no_shape_is_still_an_error() -> None:
    for event in ({"type": "error"}, {"type": "error", "error": "no"}, error(["x"])):  # pyright: ignore[reportArgumentType]  # what no server should say
        _, answer = read(sse(event))
        assert type(answer.failure) is ProviderError


def test_the_key_is_not_quoted_back() -> None:
    answer = MessageAnswer("Claude", key="sk-secret")
    answer.feed(sse(error("api_error", "key sk-secret is odd")))

    assert answer.failure
    assert "sk-secret" not in answer.failure.detail
    assert "[key]" in answer.failure.detail


@pytest.mark.parametrize(
    "odd",
    [None, [], 7, {}, {"content": 7, "stop_reason": None}, {"content": [7]}, message(stop=None)],
)
def test_a_whole_answer_that_is_no_message_is_a_failure(odd: Any) -> None:
    answer = MessageAnswer("Claude")

    assert answer.whole(odd) == []
    with pytest.raises(StreamCutError):
        answer.end()


def test_a_whole_answer_can_be_an_error() -> None:
    answer = MessageAnswer("Claude")
    answer.whole(error("overloaded_error"))

    assert isinstance(answer.failure, ProviderOverloadedError)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    read(sse(start()), b"data: " + noise + b"\n\n", noise)

"""What is said, in Anthropic's content blocks: each begins, grows and ends, and nothing is lost."""

from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from arcano.gateway.anthropic.answer_blocks import SpokenBlocks
from arcano.gateway.seals import brought_back
from arcano.providers import (
    ModelEvent,
    ReasoningDelta,
    ReasoningSealed,
    Seal,
    SourceCited,
    TextDelta,
    ToolCallDelta,
)


def thought_sealed(proof: str) -> ReasoningSealed:
    return ReasoningSealed(Seal("anthropic", proof))


def words_sealed(proof: str) -> ReasoningSealed:
    return ReasoningSealed(Seal("gemini", proof), 0)


def called(index: int, arguments: str) -> ToolCallDelta:
    return ToolCallDelta(index, f"call_{index}", "f", arguments)


DELTAS = st.one_of(
    st.builds(TextDelta, st.text(min_size=1)),
    st.builds(ReasoningDelta, st.text(min_size=1)),
    st.builds(thought_sealed, st.text(min_size=1)),
    st.builds(words_sealed, st.text(min_size=1)),
    st.builds(
        called,
        st.integers(0, 2),
        st.sampled_from(['{"a"', ": 1", "}", '{"a": 1}']),
    ),
)


def spoken(events: Iterable[ModelEvent], *, thinking: bool = True) -> list[dict[str, Any]]:
    blocks = SpokenBlocks(thinking_wanted=thinking)
    said = [one for event in events for one in blocks.said(event)]
    return [*said, *blocks.end()]


def gathered(said: list[dict[str, Any]], delta: str, field: str) -> str:
    return "".join(
        event["delta"][field]
        for event in said
        if event["type"] == "content_block_delta" and event["delta"]["type"] == delta
    )


@given(st.lists(DELTAS))
def test_every_block_begins_once_grows_while_it_is_open_and_ends_once(
    events: list[ModelEvent],
) -> None:
    is_open: set[int] = set()
    begun = 0
    for event in spoken(events):
        match event["type"]:
            case "content_block_start":
                assert event["index"] == begun
                begun += 1
                is_open.add(event["index"])
            case "content_block_delta":
                assert event["index"] in is_open
            case _:
                is_open.remove(event["index"])
    assert not is_open


@given(st.lists(DELTAS))
def test_no_word_and_no_thought_is_lost(events: list[ModelEvent]) -> None:
    said = spoken(events)

    texts = "".join(event.text for event in events if isinstance(event, TextDelta))
    thoughts = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    assert gathered(said, "text_delta", "text") == texts
    assert gathered(said, "thinking_delta", "thinking") == thoughts


def test_calls_whose_pieces_come_mixed_are_both_whole() -> None:
    said = spoken(
        [
            ToolCallDelta(0, "a", "f", '{"x"'),
            ToolCallDelta(1, "b", "g", '{"y"'),
            ToolCallDelta(0, None, None, ": 1}"),
            ToolCallDelta(1, None, None, ": 2}"),
        ]
    )

    arguments = {0: "", 1: ""}
    for event in said:
        if event["type"] == "content_block_delta":
            arguments[event["index"]] += event["delta"]["partial_json"]
    assert arguments == {0: '{"x": 1}', 1: '{"y": 2}'}


def test_a_call_that_is_whole_has_ended_before_the_next_begins() -> None:
    said = spoken([ToolCallDelta(0, "a", "f", "{}"), ToolCallDelta(1, "b", "g", "{}")])

    assert [(event["type"].removeprefix("content_block_"), event["index"]) for event in said] == [
        ("start", 0),
        ("delta", 0),
        ("stop", 0),
        ("start", 1),
        ("delta", 1),
        ("stop", 1),
    ]


@given(st.lists(DELTAS))
def test_whoever_does_not_ask_for_thoughts_is_told_none(events: list[ModelEvent]) -> None:
    said = spoken(events, thinking=False)

    kinds = {event["content_block"]["type"] for event in said if "content_block" in event}
    assert kinds <= {"text", "tool_use"}


def test_a_thought_ends_with_its_proof() -> None:
    said = spoken([ReasoningDelta("Hm."), ReasoningSealed(Seal("openai", "p")), TextDelta("Yes.")])

    found = brought_back(gathered(said, "signature_delta", "signature"))
    assert found is not None
    assert found.seal == Seal("openai", "p")
    assert [event["index"] for event in said if event["type"] == "content_block_stop"] == [0, 1]


def test_a_source_is_told_in_the_text_that_it_is_of() -> None:
    said = spoken([TextDelta("It rains."), SourceCited("https://x.example", "X", "rain")])

    (citation,) = [event["delta"]["citation"] for event in said if "citation" in str(event)]
    assert (citation["url"], citation["cited_text"]) == ("https://x.example", "rain")
    assert {event["index"] for event in said} == {0}

"""How an answer in Google's words ends: its reasons, its filters and its bill."""

from typing import Any

import pytest
from tests.support.gemini_upstream import ANSWER_ID, chunk, said, sse

from arcano.providers import (
    ModelEvent,
    ModelFinished,
    ProviderError,
    ProviderRejectedRequestError,
    RefusalDelta,
    StreamCutError,
    TextDelta,
    TokenUsage,
)
from arcano.providers.adapters.gemini_stream import GeminiStream
from arcano.providers.events import CallAccepted, FinishReason

Part = dict[str, Any]
ACCEPTED = CallAccepted(ANSWER_ID)


def read(wire: bytes) -> tuple[list[ModelEvent], GeminiStream]:
    stream = GeminiStream("Google")
    return stream.feed(wire), stream


def heard(wire: bytes) -> list[ModelEvent]:
    """What is said in a stream that ends well."""
    events, stream = read(wire)
    return [*events[1:], stream.end()]


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("STOP", "stop"),
        ("MAX_TOKENS", "length"),
        ("CONTINUATION", "length"),
        ("SAFETY", "content-filter"),
        ("RECITATION", "content-filter"),
        ("LANGUAGE", "content-filter"),
        ("BLOCKLIST", "content-filter"),
        ("PROHIBITED_CONTENT", "content-filter"),
        ("SPII", "content-filter"),
        ("OTHER", "content-filter"),
        ("IMAGE_SAFETY", "content-filter"),
        ("IMAGE_PROHIBITED_CONTENT", "content-filter"),
        ("IMAGE_RECITATION", "content-filter"),
        ("ESCALATION", "content-filter"),
        ("PUP_LIMITED_DISABLED", "content-filter"),
        ("MODEL_ARMOR", "content-filter"),
        ("A_REASON_OF_TOMORROW", "stop"),
    ],
)
def test_each_reason_to_finish_is_one_of_ours(reason: str, finish: FinishReason) -> None:
    assert heard(sse(said("Well."), chunk(finish=reason))) == [
        TextDelta("Well."),
        ModelFinished(finish, TokenUsage(5, 7)),
    ]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("MALFORMED_FUNCTION_CALL", ProviderError),
        ("UNEXPECTED_TOOL_CALL", ProviderError),
        ("TOO_MANY_TOOL_CALLS", ProviderError),
        ("MALFORMED_RESPONSE", ProviderError),
        ("IMAGE_OTHER", ProviderError),
        ("NO_IMAGE", ProviderError),
        ("MISSING_THOUGHT_SIGNATURE", ProviderRejectedRequestError),
    ],
)
def test_a_reason_that_is_a_failure_is_an_error_and_the_words_are_kept(
    reason: str, kind: type[ProviderError]
) -> None:
    events, stream = read(sse(chunk({"text": "Kept."}, finish=reason, finishMessage="print( \n x")))

    assert events == [ACCEPTED, TextDelta("Kept.")]
    assert stream.failure is not None
    assert type(stream.failure) is kind
    assert reason in stream.failure.detail
    assert stream.failure.detail.endswith("It says: print( x")
    with pytest.raises(kind):
        stream.end()


def test_a_filter_that_explains_itself_is_quoted() -> None:
    events = heard(sse(said("So"), chunk(finish="SAFETY", finishMessage="Not this.")))

    assert events == [
        TextDelta("So"),
        RefusalDelta("Not this."),
        ModelFinished("content-filter", TokenUsage(5, 7)),
    ]


def test_a_question_that_was_blocked_is_an_answer_without_words() -> None:
    feedback: Part = {"blockReason": "PROHIBITED_CONTENT", "safetyRatings": []}
    blocked = {"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 8}}

    events, stream = read(sse(blocked))

    assert events == [CallAccepted(None)]
    assert stream.end() == ModelFinished("content-filter", TokenUsage(8, None))


def test_ratings_of_a_question_that_was_not_blocked_change_nothing() -> None:
    rated: Part = {**said("Hi", finish="STOP"), "promptFeedback": {"safetyRatings": [{}]}}

    assert heard(sse(rated))[-1] == ModelFinished("stop", TokenUsage(5, 7))


@pytest.mark.parametrize(
    ("wire", "usage"),
    [
        (
            {
                "promptTokenCount": 100,
                "cachedContentTokenCount": 60,
                "toolUsePromptTokenCount": 11,
                "candidatesTokenCount": 20,
                "thoughtsTokenCount": 30,
                "totalTokenCount": 161,
            },
            TokenUsage(111, 50, 30, 60),
        ),
        ({"promptTokenCount": 5, "thoughtsTokenCount": 9}, TokenUsage(5, 9, 9)),
        ({"promptTokenCount": 5, "totalTokenCount": 5}, TokenUsage(5, 0)),
        ({"promptTokenCount": 5}, TokenUsage(5, None)),
        ({"promptTokenCount": -5, "candidatesTokenCount": "many"}, TokenUsage(None, None)),
        ({"promptTokenCount": True, "candidatesTokenCount": 1e30}, TokenUsage(None, None)),
        ([1], TokenUsage(None, None)),
    ],
)
def test_usage_is_counted_as_everywhere_and_lies_count_as_unknown(
    wire: object, usage: TokenUsage
) -> None:
    assert heard(sse(chunk(finish="STOP", usage=wire)))[-1] == ModelFinished("stop", usage)


def test_the_last_count_is_the_one_that_holds() -> None:
    first = chunk({"text": "a"}, usage={"promptTokenCount": 5, "candidatesTokenCount": 1})
    last = chunk(finish="STOP", usage={"promptTokenCount": 5, "candidatesTokenCount": 2})
    after = {"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 3}}

    assert heard(sse(first, last))[-1] == ModelFinished("stop", TokenUsage(5, 2))
    assert heard(sse(first, last, after))[-1] == ModelFinished("stop", TokenUsage(5, 3))


def test_a_reason_with_words_after_it_was_not_the_end() -> None:
    events, stream = read(sse(said("One ", finish="STOP"), said("two")))

    assert events == [ACCEPTED, TextDelta("One two")]
    with pytest.raises(StreamCutError):
        stream.end()


def test_an_unspecified_reason_is_none() -> None:
    _, stream = read(sse(said("One ", finish="FINISH_REASON_UNSPECIFIED")))

    with pytest.raises(StreamCutError):
        stream.end()

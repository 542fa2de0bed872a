"""An answer in one piece that passes unread, of a server that does not count: it is thought to be as long as its words."""

from collections.abc import Callable
from typing import Any

import pytest

from arcano.providers.adapters.anthropic_passed import PassedMessage
from arcano.providers.adapters.gemini_passed import PassedContent
from arcano.providers.adapters.openai_passed import PassedChatStream
from arcano.providers.adapters.responses_passed import PassedResponseStream
from arcano.providers.events import ModelEvent, WirePassed

Read = Callable[[Any], list[ModelEvent]]

READERS: dict[str, Callable[[], Read]] = {
    "chat": lambda: PassedChatStream("It", key=None, usage_wanted=False).whole,
    "completions": lambda: PassedChatStream("It", key=None, usage_wanted=False).whole,
    "messages": lambda: PassedMessage("It", key=None).whole,
    "responses": lambda: PassedResponseStream("It", key=None).whole,
    "gemini": lambda: PassedContent("It").take,
}


def answer(reader: str, text: str, **usage: object) -> dict[str, Any]:
    match reader:
        case "chat":
            choice = {"message": {"content": text}, "finish_reason": "stop"}
            return {"choices": [{"index": 0, **choice}], **usage}
        case "completions":
            return {"choices": [{"index": 0, "text": text, "finish_reason": "stop"}], **usage}
        case "messages":
            content = [{"type": "text", "text": text}]
            return {"type": "message", "content": content, "stop_reason": "end_turn", **usage}
        case "responses":
            part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
            item = {"type": "message", "id": "m", "role": "assistant", "content": [part]}
            return {"id": "r", "status": "completed", "output": [item], **usage}
        case _:
            candidate = {"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}
            return {"candidates": [candidate], **usage}


def tokens_passed(events: list[ModelEvent]) -> list[int]:
    return [event.tokens for event in events if isinstance(event, WirePassed)]


@pytest.mark.parametrize("reader", READERS)
def test_four_characters_are_thought_to_be_a_token(reader: str) -> None:
    read = READERS[reader]()

    assert tokens_passed(read(answer(reader, "x" * 401))) == [101]


@pytest.mark.parametrize("reader", READERS)
def test_what_says_nothing_is_thought_to_be_one(reader: str) -> None:
    read = READERS[reader]()

    assert tokens_passed(read(answer(reader, ""))) == [1]

"""A conversation in the words of Anthropic's Messages API.

Source: Messages API reference, "Create a message"; "Handle tool calls"; "Thinking with tool use".
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, assert_never

import orjson

from arcano.providers.adapters.wire_json import as_object
from arcano.providers.request import (
    ImagePart,
    ReasoningPart,
    RequestMessage,
    RequestPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

VENDOR = "anthropic"
"""Whose seals these are."""

REDACTED = "redacted:"
"""Begins the seal of a thought that came encrypted as a whole. No signature has a colon."""


def conversation(
    messages: tuple[RequestMessage, ...], *, with_reasoning: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The system prompt's blocks, and the turns, of which no two neighbours are of one role."""
    system: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    for message in messages:
        blocks = [
            block
            for part in message.parts
            for block in _blocks(part)
            if with_reasoning or not is_reasoning(block)
        ]
        if message.role == "system":
            system += blocks
        elif blocks:
            add_turn(turns, "assistant" if message.role == "assistant" else "user", blocks)
    for turn in turns:
        # Results stand first in their turn, or the vendor says that their calls were not answered.
        turn["content"].sort(key=_is_no_result)
    return system, turns


def add_turn(turns: list[dict[str, Any]], role: str, blocks: list[dict[str, Any]]) -> None:
    """Say more: as part of the last turn where it is the same one's."""
    if turns and turns[-1]["role"] == role:
        turns[-1]["content"] += blocks
    else:
        turns.append({"role": role, "content": blocks})


def is_reasoning(block: dict[str, Any]) -> bool:
    return block["type"] in ("thinking", "redacted_thinking")


def _is_no_result(block: dict[str, Any]) -> bool:
    return block["type"] != "tool_result"


def _blocks(part: RequestPart) -> Iterator[dict[str, Any]]:
    """None or one: the vendor refuses blank texts, and thoughts that it did not seal."""
    match part:
        case TextPart(text):
            if text.strip():
                yield {"type": "text", "text": text}
        case ImagePart(media_type, data):
            source = {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}
            yield {"type": "image", "source": source}
        case ReasoningPart(text, seal):
            if seal is not None and seal.vendor == VENDOR:
                yield _thought(text, seal.proof)
        case ToolCallPart(call_id, name, arguments):
            yield {
                "type": "tool_use",
                "id": _plain_id(call_id),
                "name": name,
                "input": _input(arguments),
            }
        case ToolResultPart(call_id, text, _, failed):
            result = {"type": "tool_result", "tool_use_id": _plain_id(call_id), "content": text}
            yield {**result, "is_error": True} if failed else result
        case _:
            assert_never(part)


def _thought(text: str, seal: str) -> dict[str, Any]:
    if seal.startswith(REDACTED):
        return {"type": "redacted_thinking", "data": seal.removeprefix(REDACTED)}
    return {"type": "thinking", "thinking": text, "signature": seal}


def _plain_id(call_id: str) -> str:
    """An id from another vendor, in the letters that this one takes."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", call_id)


def _input(arguments: str) -> dict[str, Any]:
    """The arguments as the object that they must be here; what is none is wrapped, as the vendor advises."""
    try:
        parsed: Any = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError:
        parsed = None
    return as_object(parsed) if isinstance(parsed, dict) else {"INVALID_JSON": arguments}

"""A question in Mistral's words, where they differ from those of OpenAI's chat completions.

Source: Mistral API reference, "Chat completion"; guides "Function calling", "Reasoning", "Prefix" and
"Citations and references".
"""

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson

from arcano.providers.adapters.openai_request import chat_completion_body, wire_messages
from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.events import SourceCited
from arcano.providers.profiles import Profile
from arcano.providers.request import (
    ModelRequest,
    ReasoningPart,
    RequestMessage,
    RequestPart,
    ToolCallPart,
    ToolResultPart,
)

VENDOR = "mistral"
"""Whose seals these are."""

_ITS_OWN_ID = re.compile(r"[a-zA-Z0-9]{9}")
_ID_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAX_SOURCES_CHARACTERS = 1_000_000
_MAX_QUOTE = 300


def mistral_body(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """The JSON body that asks for an answer."""
    body = chat_completion_body(request, profile, wire=_wire_messages)
    if beginning_of(body["messages"], request):
        body["messages"][-1]["prefix"] = True
    return body


def beginning_of(messages: list[dict[str, Any]], request: ModelRequest) -> str:
    """The beginning of the answer that is to be continued; it is said again before the rest."""
    last = messages[-1] if messages else {}
    if not request.continues or last.get("role") != "assistant":
        return ""
    content: Any = last["content"]
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content if part["type"] == "text")


def short_id(call_id: str) -> str:
    """The name of a call as Mistral takes it, nine letters and digits; always the same for the same."""
    if _ITS_OWN_ID.fullmatch(call_id):
        return call_id
    number = int.from_bytes(sha256(call_id.encode("utf-8", "surrogatepass")).digest())
    digits: list[str] = []
    for _ in range(9):
        number, digit = divmod(number, len(_ID_CHARACTERS))
        digits.append(_ID_CHARACTERS[digit])
    return "".join(digits)


def sources_in(request: ModelRequest) -> dict[str, SourceCited]:
    """The sources that tools gave, by the names under which the model cites them.

    They are known where a result is an object of them, as the guide "Citations and references" has it.
    """
    sources: dict[str, SourceCited] = {}
    for message in request.messages:
        for part in message.parts:
            if isinstance(part, ToolResultPart):
                sources.update(_sources_of(part.text))
    return sources


def _sources_of(result: str) -> dict[str, SourceCited]:
    if not result.startswith("{") or len(result) > _MAX_SOURCES_CHARACTERS:
        return {}
    try:
        given = as_object(orjson.loads(result))
    except orjson.JSONDecodeError:
        return {}
    found = {name: _source(as_object(source)) for name, source in given.items()}
    return {name: source for name, source in found.items() if source.url or source.title}


def _source(given: dict[str, Any]) -> SourceCited:
    url, title = given.get("url"), given.get("title")
    snippet: Any = given.get("snippets")
    while isinstance(snippet, list) and snippet:
        snippet = as_list(snippet)[0]
    return SourceCited(
        url if isinstance(url, str) else None,
        title if isinstance(title, str) else None,
        snippet[:_MAX_QUOTE] if isinstance(snippet, str) else None,
    )


def _wire_messages(message: RequestMessage) -> list[dict[str, Any]]:
    parts = tuple(_with_short_id(part) for part in message.parts)
    wire = wire_messages(replace(message, parts=parts))
    results = [part for part in parts if isinstance(part, ToolResultPart)]
    for said, result in zip(wire, results, strict=False):
        if result.name:
            said["name"] = result.name
    thoughts = [_wire_thought(part) for part in parts if _is_mistrals(part)]
    if thoughts:
        said = wire[-1]
        words: Any = said["content"]
        if isinstance(words, str):
            words = [{"type": "text", "text": words}] if words else []
        said["content"] = thoughts + words
    return wire


def _with_short_id(part: RequestPart) -> RequestPart:
    if isinstance(part, (ToolCallPart, ToolResultPart)):
        return replace(part, call_id=short_id(part.call_id))
    return part


def _is_mistrals(part: RequestPart) -> bool:
    return isinstance(part, ReasoningPart) and part.seal is not None and part.seal.vendor == VENDOR


def _wire_thought(part: RequestPart) -> dict[str, Any]:
    assert isinstance(part, ReasoningPart)  # noqa: S101 - for the type checker: `_is_mistrals` has looked
    assert part.seal is not None  # noqa: S101 - the same
    thought = {"type": "text", "text": part.text}
    return {"type": "thinking", "thinking": [thought], "signature": part.seal.proof, "closed": True}

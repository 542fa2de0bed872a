"""Where Anthropic may cut its prompt cache.

Source: "Prompt caching": a marked block ends a prefix that is kept for some minutes; tools come before the
system prompt, and that before the messages; at most four marks; a prefix under the model's minimum is
silently not kept, and costs nothing.
"""

from collections.abc import Iterable
from typing import Any

import orjson

_MARK = {"type": "ephemeral"}
_BYTES_PER_TOKEN = 3  # few, because a mark on too short a prefix costs nothing


def mark_for_cache(body: dict[str, Any], *, least_tokens: int | None) -> None:
    """Mark what stays for the whole conversation, and the two newest questions.

    The question before the last is marked too: the vendor looks back twenty blocks from a mark for what
    it has kept, and one round of many tool calls is longer. Nothing is marked where it cannot help.
    """
    if least_tokens is None:
        return
    stable = [*body.get("tools", ()), *body.get("system", ())]
    if stable and _reaches(least_tokens, stable):
        stable[-1]["cache_control"] = _MARK
    turns = body["messages"]
    asked = [turn["content"] for turn in turns if turn["role"] == "user"]
    if asked and _reaches(least_tokens, [*stable, *turns]):
        for blocks in asked[-2:]:
            blocks[-1]["cache_control"] = _MARK


def _reaches(tokens: int, pieces: Iterable[dict[str, Any]]) -> bool:
    """Are these, at a guess, that many tokens? Measures no further than needed."""
    size = 0
    for piece in pieces:
        size += len(orjson.dumps(piece))
        if size >= tokens * _BYTES_PER_TOKEN:
            return True
    return False

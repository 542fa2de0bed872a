r"""JSON in whose texts some servers cut an emoji in two: one half's escape in an event, the other's in the next.

It happens where a server or a gateway counts as UTF-16 does: `"\ud83e"` now, `"\udd89"` then. Strict readers
refuse both. Half a character is held back until its other half comes.
"""

import json
from typing import Any

import orjson


def json_of(data: bytes) -> Any:
    """The JSON value. Texts in it may begin or end with half a character.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply to be meant.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


class WholeCharacters:
    """Passes the texts of one answer on, halves joined. One for each answer."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def of(self, text: str) -> str:
        """The text, after the half before it and without a half at its end; what stays alone becomes U+FFFD."""
        if not self._half and text.isascii():
            return text
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            self._half = text[-1]
            text = text[:-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def rest(self) -> str:
        """The answer is complete: U+FFFD where its last half never came, else nothing."""
        rest = "\ufffd" if self._half else ""
        self._half = ""
        return rest

"""The content blocks of an answer from Anthropic's Messages API, as our events.

Source: Messages API reference, "Message" and "Streaming messages". A block that came whole and one that
came in pieces give the same. Blocks of the vendor's own tools, and kinds we do not know, give nothing.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from arcano.providers.adapters.anthropic_messages import REDACTED, VENDOR
from arcano.providers.adapters.half_characters import WholeCharacters
from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.events import (
    ModelEvent,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    SourceCited,
    TextDelta,
    ToolCallDelta,
)
from arcano.providers.request import Seal


@dataclass(slots=True)
class _Block:
    """A block that is being written. `call` is the number of the tool call, where it is one."""

    kind: str
    call: int = 0
    given: dict[str, Any] | None = None
    signature: str = ""
    wrote: bool = False


class AnswerBlocks:
    """Hears blocks begin, grow and end. `taken` gives the events since it was last asked.

    `owed` is blank text that the beginning of a continued answer had already: it is not said again.
    """

    def __init__(self, *, owed: str = "") -> None:
        self._owed = owed
        self._open: dict[int, _Block] = {}
        self._calls = 0
        self._out: list[ModelEvent] = []
        self._texts: list[str] = []
        self._characters = WholeCharacters()
        self._joined: type[TextDelta | ReasoningDelta | RefusalDelta] | int = TextDelta

    def taken(self) -> list[ModelEvent]:
        self._flush()
        out, self._out = self._out, []
        return out

    def begin(self, index: int, block: dict[str, Any]) -> None:
        if index in self._open:
            self.end(index)  # the server forgot to
        kind = block["type"]
        opened = self._open[index] = _Block(kind)
        if kind == "text":
            self._say_text(block.get("text") or "")
            for citation in as_list(block.get("citations")):
                self._cite(as_object(citation))
        elif kind == "thinking":
            self._say(ReasoningDelta, block.get("thinking") or "")
            opened.signature = _text(block.get("signature") or "")
        elif kind == "redacted_thinking":
            opened.signature = REDACTED + _text(block["data"])
        elif kind == "tool_use":
            self._flush()
            opened.call = self._calls
            opened.given = as_object(block.get("input"))
            self._calls += 1
            self._out.append(
                ToolCallDelta(opened.call, _text(block["id"]), _text(block["name"]), "")
            )

    def grow(self, index: int, delta: dict[str, Any]) -> None:
        """Unknown kinds of deltas are passed over, and those that do not fit their block."""
        match self._open[index].kind, delta["type"]:
            case "text", "text_delta":
                self._say_text(delta["text"])
            case "thinking", "thinking_delta":
                self._say(ReasoningDelta, delta["thinking"])
            case "tool_use", "input_json_delta":
                self._say_arguments(self._open[index], delta["partial_json"])
            case "thinking", "signature_delta":
                self._open[index].signature = _text(delta["signature"])
            case "text", "citations_delta":
                self._cite(as_object(delta["citation"]))
            case _:
                pass

    def end(self, index: int) -> None:
        block = self._open.pop(index)
        if block.given is not None and not block.wrote:
            # It came whole with its beginning, or takes no arguments at all.
            self._say(block.call, orjson.dumps(block.given).decode())
        if block.signature:
            self._flush()
            self._out.append(ReasoningSealed(Seal(VENDOR, block.signature)))

    def end_all(self) -> None:
        """End what the server forgot to end."""
        for index in list(self._open):
            self.end(index)
        self._texts.append(self._characters.rest())

    def refuse(self, explanation: Any) -> None:
        self._say(RefusalDelta, explanation)

    def _say_arguments(self, block: _Block, piece: Any) -> None:
        block.wrote = block.wrote or bool(piece)
        self._say(block.call, piece)

    def _say_text(self, text: Any) -> None:
        while self._owed and text:
            if text[0] != self._owed[0]:
                self._owed = ""
                break
            text, self._owed = text[1:], self._owed[1:]
        self._say(TextDelta, text)

    def _say(self, kind: type[TextDelta | ReasoningDelta | RefusalDelta] | int, text: Any) -> None:
        """`kind` is the number of the call where the text is its arguments."""
        if kind != self._joined:
            self._flush()
            self._joined = kind
        self._texts.append(self._characters.of(_text(text)))

    def _flush(self) -> None:
        text = "".join(self._texts)
        self._texts.clear()
        if text:
            kind = self._joined
            self._out.append(
                ToolCallDelta(kind, None, None, text) if isinstance(kind, int) else kind(text)
            )

    def _cite(self, citation: dict[str, Any]) -> None:
        self._flush()
        source = citation.get("url") or citation.get("source")
        title = citation.get("title") or citation.get("document_title")
        quote = citation.get("cited_text")
        self._out.append(
            SourceCited(
                url=source if isinstance(source, str) else None,
                title=title if isinstance(title, str) else None,
                quote=quote if isinstance(quote, str) else None,
            )
        )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value

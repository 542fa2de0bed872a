"""The items of an answer while they are written: what each says when it begins, grows and ends.

Source: OpenAI API reference, "Streaming events". Events are without their `sequence_number`, which whoever sends them adds.
An item's `whole` is as it is stored; what of it a caller sees is for `shown` to say.
"""

from collections.abc import Iterator
from typing import Any, Literal, Protocol

from typing_extensions import override

from arcano.gateway.openai.responses.item_ids import output_item_id
from arcano.gateway.openai.responses.read_items import SEAL
from arcano.gateway.seals import carried
from arcano.providers import Seal, SourceCited, ToolCallDelta

Event = dict[str, Any]
Item = dict[str, Any]
ItemStatus = Literal["in_progress", "completed", "incomplete"]


class OutputItem(Protocol):
    """One item. `place` is its `output_index`."""

    place: int

    def begin(self) -> Iterator[Event]: ...

    def end(self, status: ItemStatus = "completed") -> Iterator[Event]:
        """What is said at its end, its `response.output_item.done` left out."""
        ...

    def whole(self) -> Item: ...


class MessageOutput(OutputItem):
    """Something said: parts of text and of refusal."""

    def __init__(self, response_id: str, place: int) -> None:
        self.place = place
        self._id = output_item_id("msg", response_id, place)
        self._status: ItemStatus = "in_progress"
        self._parts: list[Item] = []
        self._pieces: list[str] = []

    @override
    def begin(self) -> Iterator[Event]:
        yield {
            "type": "response.output_item.added",
            "output_index": self.place,
            "item": self.whole(),
        }

    def say(self, text: str) -> Iterator[Event]:
        yield from self._in_part("output_text")
        self._pieces.append(text)
        yield {"type": "response.output_text.delta", **self._at(), "delta": text, "logprobs": []}

    def refuse(self, text: str) -> Iterator[Event]:
        yield from self._in_part("refusal")
        self._pieces.append(text)
        yield {"type": "response.refusal.delta", **self._at(), "delta": text}

    def cite(self, source: SourceCited) -> Iterator[Event]:
        """Where is not known: what was cited stands somewhere before."""
        yield from self._in_part("output_text")
        annotations: list[Item] = self._parts[-1]["annotations"]
        here = sum(map(len, self._pieces))
        annotation = {
            "type": "url_citation",
            "url": source.url or "",
            "title": source.title or source.url or "",
            "start_index": here,
            "end_index": here,
        }
        annotations.append(annotation)
        yield {
            "type": "response.output_text.annotation.added",
            **self._at(),
            "annotation_index": len(annotations) - 1,
            "annotation": annotation,
        }

    @override
    def end(self, status: ItemStatus = "completed") -> Iterator[Event]:
        yield from self._end_part()
        self._status = status

    @override
    def whole(self) -> Item:
        return {
            "id": self._id,
            "type": "message",
            "status": self._status,
            "role": "assistant",
            "content": list(self._parts),
        }

    def _in_part(self, kind: Literal["output_text", "refusal"]) -> Iterator[Event]:
        if self._parts and self._parts[-1]["type"] == kind:
            return
        yield from self._end_part()
        part: Item = {"type": "refusal", "refusal": ""}
        if kind == "output_text":
            part = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
        self._parts.append(part)
        # A copy: the part goes on to grow.
        begun: Item = {**part, "annotations": []} if kind == "output_text" else {**part}
        yield {"type": "response.content_part.added", **self._at(), "part": begun}

    def _end_part(self) -> Iterator[Event]:
        if not self._parts:
            return
        part, text = self._parts[-1], "".join(self._pieces)
        self._pieces.clear()
        if part["type"] == "refusal":
            part["refusal"] = text
            yield {"type": "response.refusal.done", **self._at(), "refusal": text}
        else:
            part["text"] = text
            yield {"type": "response.output_text.done", **self._at(), "text": text, "logprobs": []}
        yield {"type": "response.content_part.done", **self._at(), "part": part}

    def _at(self) -> Event:
        return {
            "item_id": self._id,
            "output_index": self.place,
            "content_index": len(self._parts) - 1,
        }


class ReasoningOutput(OutputItem):
    """Something thought, told as a summary of one part, and the vendor's seal of it."""

    def __init__(self, response_id: str, place: int) -> None:
        self.place = place
        self._id = output_item_id("rs", response_id, place)
        self._pieces: list[str] = []
        self._summary: list[Item] = []
        self._sealed: str | None = None
        self._status: ItemStatus = "in_progress"

    @override
    def begin(self) -> Iterator[Event]:
        yield {
            "type": "response.output_item.added",
            "output_index": self.place,
            "item": self.whole(),
        }

    def think(self, text: str) -> Iterator[Event]:
        if not self._pieces:
            part = {"type": "summary_text", "text": ""}
            yield {"type": "response.reasoning_summary_part.added", **self._at(), "part": part}
        self._pieces.append(text)
        yield {"type": "response.reasoning_summary_text.delta", **self._at(), "delta": text}

    def seal(self, seal: Seal) -> None:
        self._sealed = carried(seal)

    @override
    def end(self, status: ItemStatus = "completed") -> Iterator[Event]:
        self._status = status
        if not self._pieces:
            return
        text = "".join(self._pieces)
        part = {"type": "summary_text", "text": text}
        self._summary = [part]
        yield {"type": "response.reasoning_summary_text.done", **self._at(), "text": text}
        yield {"type": "response.reasoning_summary_part.done", **self._at(), "part": part}

    @override
    def whole(self) -> Item:
        item: Item = {
            "id": self._id,
            "type": "reasoning",
            "summary": self._summary,
            "status": self._status,
        }
        if self._sealed is not None:
            item["encrypted_content"] = self._sealed
        return item

    def _at(self) -> Event:
        return {"item_id": self._id, "output_index": self.place, "summary_index": 0}


class CallOutput(OutputItem):
    """A call of one of the caller's functions."""

    def __init__(self, response_id: str, place: int, piece: ToolCallDelta) -> None:
        self.place = place
        self._id = output_item_id("fc", response_id, place)
        self._call_id = piece.call_id or self._id
        self._name = piece.name or ""
        self._pieces: list[str] = []
        self._seal = piece.seal
        self._status: ItemStatus = "in_progress"

    @override
    def begin(self) -> Iterator[Event]:
        yield {
            "type": "response.output_item.added",
            "output_index": self.place,
            "item": self.whole(),
        }

    def add(self, piece: ToolCallDelta) -> Iterator[Event]:
        self._seal = piece.seal or self._seal
        if piece.arguments:
            self._pieces.append(piece.arguments)
            delta = {"delta": piece.arguments}
            yield {"type": "response.function_call_arguments.delta", **self._at(), **delta}

    @override
    def end(self, status: ItemStatus = "completed") -> Iterator[Event]:
        self._status = status
        yield {
            "type": "response.function_call_arguments.done",
            **self._at(),
            "name": self._name,
            "arguments": "".join(self._pieces),
        }

    @override
    def whole(self) -> Item:
        item: Item = {
            "id": self._id,
            "type": "function_call",
            "status": self._status,
            "call_id": self._call_id,
            "name": self._name,
            "arguments": "".join(self._pieces),
        }
        if self._seal is not None:
            item[SEAL] = carried(self._seal)
        return item

    def _at(self) -> Event:
        return {"item_id": self._id, "output_index": self.place}


def shown(item: Item, *, encrypted: bool) -> Item:
    """An item as a caller sees it: with the sealed thought only where that was asked for."""
    hidden = {SEAL} if encrypted else {SEAL, "encrypted_content"}
    if hidden.isdisjoint(item):
        return item
    return {name: value for name, value in item.items() if name not in hidden}

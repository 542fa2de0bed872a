"""Tool calls as they come from servers of OpenAI's format, put in order: each with an index, id and name.

Source: OpenAI API reference, "The chat completion chunk object": pieces belong together by `index`, and the
first has `id` and `name`. Of the servers that claim the format some leave out the index, give all calls the
index 0, leave out the id, repeat it, or send calls whole.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson

from arcano.providers.adapters.wire_json import as_object
from arcano.providers.events import ToolCallDelta

_NO_ID = ("", "null")
"""Mistral's servers say `"null"` where they have none."""
_MARK = re.compile(r'["\\{}\[\]]')


@dataclass(slots=True)
class _Arguments:
    """How far the JSON of a call's arguments is, told by each piece as it comes.

    To read all of it anew with each piece would take ever longer, and hold up everybody.
    """

    depth: int = 0
    in_text: bool = False
    escaped: bool = False
    complete: bool = False

    def add(self, piece: str) -> None:
        place = 0
        while place < len(piece):
            if self.escaped:
                self.escaped = False
                place += 1
            found = _MARK.search(piece, place)
            if found is None:
                return
            self._take(found[0])
            place = found.end()

    def _take(self, mark: str) -> None:
        if self.in_text:
            self.escaped = mark == "\\"
            self.in_text = mark != '"'
        elif mark == '"':
            self.in_text = True
        elif mark in "{[":
            self.depth += 1
        elif mark in "}]":
            self.depth -= 1
            self.complete = self.depth <= 0


@dataclass(slots=True)
class _Call:
    """One call as far as it is known. `waiting` are arguments that came before the name did.

    `id` is the server's; where it has none, one is made for the first delta and not kept here.
    """

    index: int
    id: str | None = None
    name: str | None = None
    waiting: list[str] = field(default_factory=list[str])
    written: _Arguments = field(default_factory=_Arguments)


class ToolCallPieces:
    """Gives each piece of a call to the call it belongs to. One for each answer."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_wire_index: dict[Any, _Call] = {}
        self._by_id: dict[str, _Call] = {}

    def __bool__(self) -> bool:
        """A tool was called."""
        return bool(self._calls)

    @property
    def nameless(self) -> bool:
        """A call has come whose name never did."""
        return any(call.name is None and (call.id or call.waiting) for call in self._calls)

    def read(self, pieces: list[Any]) -> list[ToolCallDelta]:
        """The deltas that these pieces, which came together, are.

        Raises:
            TypeError: Something is not of the type it must have.
            AttributeError: The same.
        """
        several = len(pieces) > 1
        deltas: list[ToolCallDelta] = []
        for place, piece in enumerate(pieces):
            function = as_object(piece.get("function"))
            identifier, name = _text(piece.get("id")), _text(function.get("name"))
            call = self._call_of(
                piece.get("index"), identifier, name, place=place if several else None
            )
            delta = _added(call, identifier, name, _arguments(function.get("arguments")))
            if call.id is not None:
                self._by_id.setdefault(call.id, call)
            if delta is not None:
                deltas.append(delta)
        return deltas

    def _call_of(
        self, wire_index: Any, identifier: str | None, name: str | None, *, place: int | None
    ) -> _Call:
        call = self._known(wire_index, identifier, place=place)
        if call is None or _begins_another(call, identifier, name):
            call = _Call(len(self._calls))
            self._calls.append(call)
        if wire_index is not None:
            self._by_wire_index[wire_index] = call
        return call

    def _known(self, wire_index: Any, identifier: str | None, *, place: int | None) -> _Call | None:
        """The call that this piece may continue."""
        if identifier is not None and identifier in self._by_id:
            return self._by_id[identifier]
        if wire_index is not None:
            return self._by_wire_index.get(wire_index)
        if place is not None:
            return self._calls[place] if place < len(self._calls) else None
        return self._calls[-1] if self._calls else None


def _begins_another(call: _Call, identifier: str | None, name: str | None) -> bool:
    """True where the piece cannot be more of `call`."""
    if identifier is not None and call.id is not None:
        return identifier != call.id
    if name is None or call.name is None:
        return False
    return name != call.name or call.written.complete


def _added(
    call: _Call, identifier: str | None, name: str | None, arguments: str
) -> ToolCallDelta | None:
    """What is new of `call` with this piece."""
    call.id = call.id or identifier
    if call.name is not None:
        call.written.add(arguments)
        return ToolCallDelta(call.index, None, None, arguments) if arguments else None
    if name is None:
        call.waiting.append(arguments)
        return None
    call.name = name
    arguments = "".join(call.waiting) + arguments
    call.waiting.clear()
    call.written.add(arguments)
    return ToolCallDelta(call.index, call.id or f"call_{uuid4().hex}", name, arguments)


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return None if value in _NO_ID else value


def _arguments(value: Any) -> str:
    """JSON text, also where a server sends the JSON itself."""
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value or ""

"""The turns and blocks of a conversation in Anthropic's words, as our messages and parts.

Source: Claude API reference, "Create a message". One of their turns may be several of ours: a tool's result is a
message of its own here. What a program gives back with a seal is what it was given in `messages_answer`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import orjson

from arcano.gateway.inline_images import bytes_in
from arcano.gateway.json_values import as_list, as_object
from arcano.gateway.seals import ON_CALL, ON_REASONING, brought_back, seal_last_words
from arcano.platform.errors import InvalidInputError
from arcano.providers import (
    ImagePart,
    ReasoningPart,
    RequestMessage,
    RequestPart,
    Seal,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

VENDOR = "anthropic"
REDACTED = "redacted:"
"""Begins the seal of a thought that came encrypted as a whole, as the adapter has it."""

Role = Literal["system", "user", "assistant"]


class Conversation:
    """Reads one conversation, turn by turn. What is beyond us goes by name into `beyond`."""

    def __init__(self, beyond: list[str]) -> None:
        self._beyond = beyond
        self._messages: list[RequestMessage] = []
        self._parts: list[RequestPart] = []
        self._names: dict[str, str] = {}
        self._on_next_call: Seal | None = None
        self._carries = False
        self._reads: Mapping[str, Callable[[dict[str, Any]], None]] = {
            "text": self._read_text,
            "image": self._read_image,
            "thinking": self._read_thinking,
            "redacted_thinking": self._read_redacted,
            "tool_use": self._read_call,
            "tool_result": self._read_result,
        }

    def add(self, role: Role, content: str | list[dict[str, Any]]) -> None:
        """The next turn.

        Raises:
            InvalidInputError: A block is not what the API says.
        """
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        self._on_next_call = None
        for block in blocks:
            kind = block.get("type")
            if not isinstance(kind, str):
                raise InvalidInputError("messages.content: Every block needs its `type`.")
            read = self._reads.get(kind)
            if read is None:
                self._beyond.append(f"messages.content.{kind[:50]}")
            elif kind == "tool_result":
                self._end_message(role)
                read(block)
            else:
                read(block)
        self._end_message(role)

    def messages(self) -> tuple[RequestMessage, ...]:
        """All that was said.

        Raises:
            InvalidInputError: Nothing was.
        """
        if not self._messages and not self._beyond:
            raise InvalidInputError("messages: Nothing is said in them.")
        return tuple(self._messages) or (RequestMessage("user", (TextPart(""),)),)

    def as_sent(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body as the vendor may read it: with its own proofs bare again, and without those of others."""
        if not self._carries:
            return body
        turns = [{**turn, "content": _bare(turn["content"])} for turn in body["messages"]]
        return {**body, "messages": [turn for turn in turns if turn["content"]]}

    def _end_message(self, role: Role) -> None:
        if self._parts:
            self._messages.append(RequestMessage(role, tuple(self._parts)))
            self._parts = []

    def _read_text(self, block: dict[str, Any]) -> None:
        self._parts.append(TextPart(_string(block, "text")))

    def _read_image(self, block: dict[str, Any]) -> None:
        told = as_object(block.get("source"))
        if told is None:
            raise InvalidInputError("messages.content: An image needs its `source`.")
        if told.get("type") != "base64":
            # Nobody here fetches what an address names.
            self._beyond.append(f"messages.content.image.{str(told.get('type'))[:50]}")
            return
        media_type = _string(told, "media_type")
        if not media_type.startswith("image/"):
            raise InvalidInputError("messages.content: `media_type` must be that of an image.")
        self._parts.append(ImagePart(media_type, bytes_in(_string(told, "data"))))

    def _read_thinking(self, block: dict[str, Any]) -> None:
        text, proof = _string(block, "thinking"), str(block.get("signature") or "")
        found = brought_back(proof)
        if found is not None or not proof:
            self._carries = True
        if found is not None:
            self._parts.append(ReasoningPart(text, found.seal))
        else:
            self._parts.append(ReasoningPart(text, Seal(VENDOR, proof) if proof else None))

    def _read_redacted(self, block: dict[str, Any]) -> None:
        data = _string(block, "data")
        found = brought_back(data)
        if found is None:
            self._parts.append(ReasoningPart("", Seal(VENDOR, REDACTED + data)))
            return
        self._carries = True
        if found.on == ON_CALL:
            self._on_next_call = found.seal
        elif found.on == ON_REASONING:
            self._parts.append(ReasoningPart("", found.seal))
        else:
            seal_last_words(self._parts, found)

    def _read_call(self, block: dict[str, Any]) -> None:
        call_id, name = _string(block, "id"), _string(block, "name")
        given = block.get("input")
        if not isinstance(given, dict):
            raise InvalidInputError("messages.content: `input` of a tool_use must be an object.")
        self._names[call_id] = name
        arguments = orjson.dumps(given).decode()
        self._parts.append(ToolCallPart(call_id, name, arguments, self._on_next_call))
        self._on_next_call = None

    def _read_result(self, block: dict[str, Any]) -> None:
        call_id = _string(block, "tool_use_id")
        if call_id not in self._names:
            raise InvalidInputError(
                f"No turn before it calls the tool with the id {call_id[:100]!r}, whose result this is."
            )
        content: Any = block.get("content") or ""
        text = content if isinstance(content, str) else self._result_text(content)
        failed = block.get("is_error") is True
        result = ToolResultPart(call_id, text, self._names[call_id], failed=failed)
        self._messages.append(RequestMessage("tool", (result,)))

    def _result_text(self, content: Any) -> str:  # noqa: ANN401 - any JSON
        blocks = as_list(content)
        if blocks is None:
            raise InvalidInputError(
                "messages.content: `content` of a tool_result is text or blocks."
            )
        texts: list[str] = []
        for block in blocks:
            told = as_object(block)
            if told is None:
                raise InvalidInputError("messages.content: Every block is an object.")
            if told.get("type") == "text":
                texts.append(_string(told, "text"))
            else:
                self._beyond.append(f"messages.content.tool_result.{str(told.get('type'))[:50]}")
        return "\n".join(texts)


def _string(block: dict[str, Any], name: str) -> str:
    value = block.get(name)
    if not isinstance(value, str):
        raise InvalidInputError(f"messages.content: `{name}` must be text.")
    return value


def _bare(content: str | list[dict[str, Any]]) -> str | list[dict[str, Any]]:
    if isinstance(content, str):
        return content
    return [bare for block in content if (bare := _bare_block(block)) is not None]


def _bare_block(block: dict[str, Any]) -> dict[str, Any] | None:
    """The block with the vendor's own proof; None for a thought that another sealed, or nobody."""
    field = {"thinking": "signature", "redacted_thinking": "data"}.get(block["type"])
    if field is None:
        return block
    found = brought_back(str(block.get(field) or ""))
    if found is None:
        return block if block.get(field) else None
    if found.seal.vendor != VENDOR or found.on != ON_REASONING:
        return None
    return {**block, field: found.seal.proof.removeprefix(REDACTED)}

"""The contents and parts of a conversation in Google's words, as our messages and parts.

Source: Gemini API reference, "Generating content"; the guides "Function calling" and "Thought signatures". Calls may
have no ids here: a result finds its call by the function's name, in order.
"""

from typing import Any

import orjson

from arcano.gateway.gemini.schemas import FunctionCall, FunctionResponse, InlineData, Part
from arcano.gateway.inline_images import bytes_in
from arcano.gateway.seals import ON_CALL, ON_REASONING, brought_back, seal_last_words
from arcano.gateway.unanswered_calls import UnansweredCalls
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

VENDOR = "gemini"
_ROLES = {"model": "assistant", "system": "system"}
_SIGNATURES = ("thoughtSignature", "thought_signature")


class Conversation:
    """Reads one conversation, content by content. What is beyond us goes by name into `beyond`."""

    def __init__(self, beyond: list[str]) -> None:
        self._beyond = beyond
        self._messages: list[RequestMessage] = []
        self._calls = UnansweredCalls()
        self._carries = False

    def add(self, role: str, parts: list[Part]) -> None:
        """The next content.

        Raises:
            InvalidInputError: A part is not what the API says.
        """
        read: list[RequestPart] = []
        for part in parts:
            self._note_beyond("contents.parts", part)
            if part.function_response is not None:
                # Images of a result are beside its words there, and nowhere else.
                self._note_beyond("contents.parts.functionResponse", part.function_response)
                self._messages.append(self._read_result(part.function_response))
            else:
                self._read_part(part, read)
        if not read:
            return
        word = _ROLES.get(role)
        if word == "assistant":
            self._messages.append(RequestMessage("assistant", tuple(read)))
        elif word == "system":
            self._messages.append(RequestMessage("system", tuple(read)))
        else:
            self._calls.interrupted()
            self._messages.append(RequestMessage("user", tuple(read)))

    def messages(self) -> tuple[RequestMessage, ...]:
        """All that was said.

        Raises:
            InvalidInputError: Nothing was.
        """
        if not self._messages and not self._beyond:
            raise InvalidInputError("contents: Nothing is said in them.")
        return tuple(self._messages) or (RequestMessage("user", (TextPart(""),)),)

    def as_sent(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body as Google may read it: with its own proofs bare again, and without those of others."""
        if not self._carries:
            return body
        contents: Any = body["contents"]
        turns: list[dict[str, Any]] = [contents] if isinstance(contents, dict) else contents
        return {**body, "contents": [_bare(turn) for turn in turns]}

    def _note_beyond(self, place: str, said: Part | FunctionResponse) -> None:
        self._beyond += [
            f"{place}.{name[:50]}"
            for name, value in (said.model_extra or {}).items()
            if value not in (None, False, [])
        ]

    def _read_part(self, part: Part, read: list[RequestPart]) -> None:
        if part.inline_data is not None:
            self._read_inline(part.inline_data, read)
        elif part.function_call is not None:
            read.append(self._read_call(part.function_call, part.thought_signature))
        elif part.text is not None:
            self._read_text(part.text, part, read)
        elif not part.model_extra:
            raise InvalidInputError("contents.parts: A part says nothing.")

    def _read_text(self, text: str, part: Part, read: list[RequestPart]) -> None:
        signature = part.thought_signature
        found = brought_back(signature) if signature else None
        self._carries = self._carries or found is not None
        if found is None:
            seal = Seal(VENDOR, signature) if signature else None
            read.append(ReasoningPart(text, seal) if part.thought else TextPart(text, seal))
        elif found.on == ON_REASONING:
            # The thought came in pieces, and its seal is on all of them.
            while read and isinstance(last := read[-1], ReasoningPart) and last.seal is None:
                text = last.text + text
                read.pop()
            read.append(ReasoningPart(text, found.seal))
        else:
            if text:
                read.append(TextPart(text))
            seal_last_words(read, found)

    def _read_inline(self, inline: InlineData, read: list[RequestPart]) -> None:
        if not inline.mime_type.startswith("image/"):
            self._beyond.append(f"contents.parts.inlineData.{inline.mime_type[:50]}")
            return
        read.append(ImagePart(inline.mime_type, bytes_in(inline.data)))

    def _read_call(self, call: FunctionCall, signature: str | None) -> ToolCallPart:
        call_id = self._calls.called(call.name, call.id)
        seal = None
        if signature:
            found = brought_back(signature)
            self._carries = self._carries or found is not None
            seal = Seal(VENDOR, signature) if found is None else found.seal
            if found is not None and found.on != ON_CALL:
                seal = None
        return ToolCallPart(call_id, call.name, orjson.dumps(call.args or {}).decode(), seal)

    def _read_result(self, result: FunctionResponse) -> RequestMessage:
        call = self._calls.answered(result.name, result.id)
        if call is None:
            raise InvalidInputError(
                f"The function {result.name[:100]!r} was called by no content before its response."
            )
        text, failed = _words_of(result.response)
        return RequestMessage("tool", (ToolResultPart(call.id, text, call.name, failed=failed),))


def _words_of(response: dict[str, Any]) -> tuple[str, bool]:
    """What a function gave, as text, and whether it failed: Google's words for both are keys of one object."""
    if len(response) == 1:
        ((key, value),) = response.items()
        if key in ("output", "result", "error"):
            text = value if isinstance(value, str) else orjson.dumps(value).decode()
            return text, key == "error"
    return orjson.dumps(response).decode(), False


def _bare(content: dict[str, Any]) -> dict[str, Any]:
    parts: Any = content.get("parts") or []
    several: list[dict[str, Any]] = [parts] if isinstance(parts, dict) else parts
    return {**content, "parts": [bare for part in several if (bare := _bare_part(part))]}


def _bare_part(part: dict[str, Any]) -> dict[str, Any] | None:
    """The part with Google's own signature; None where it was there for another's alone."""
    for field in _SIGNATURES:
        found = brought_back(str(part.get(field) or ""))
        if found is None:
            continue
        if found.seal.vendor == VENDOR:
            return {**part, field: found.seal.proof}
        bare = {name: value for name, value in part.items() if name != field}
        return None if bare.keys() <= {"text", "thought"} and not bare.get("text") else bare
    return part

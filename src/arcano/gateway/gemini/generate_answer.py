"""An answer in the words of Google's `generateContent`: as server-sent events, as a list that grows, or whole.

Source: Gemini API reference, "Generating content" (`GenerateContentResponse`, `Candidate`, `UsageMetadata`). A function
call is told whole, for its arguments are an object here. Thoughts are only told to whoever wants them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import orjson
from starlette.responses import Response

from arcano.gateway.gemini.errors import error_body, refusal
from arcano.gateway.json_values import object_in
from arcano.gateway.seals import ON_CALL, ON_REASONING, carried
from arcano.inference import InferenceEvent, TargetChosen
from arcano.platform.errors import ArcanoError
from arcano.platform.ids import new_id
from arcano.providers import (
    FinishReason,
    ModelFinished,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    Seal,
    SourceCited,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
    WirePassed,
)

_REASON: Mapping[FinishReason, str] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "content-filter": "SAFETY",
    "tool-calls": "STOP",
}
_BORDER = b"\r\n\r\n"


class Framing(Protocol):
    """How chunks follow each other."""

    media_type: str
    silence: bytes

    def framed(self, chunk: bytes) -> bytes:
        """The next chunk, a line of JSON, as it is sent."""
        ...

    def end(self) -> bytes:
        """What stands after the last one."""
        ...


class Events:
    """As server-sent events: `alt=sse`."""

    media_type = "text/event-stream"
    # The clients read more than the standard says into a comment; an empty line is nothing to all.
    silence = b"\r\n"

    def framed(self, chunk: bytes) -> bytes:
        return b"data: %s\r\n\r\n" % chunk

    def end(self) -> bytes:
        return b""


class GrowingList:
    """As one JSON list, written while it grows: what is sent where nothing else is asked for."""

    media_type = "application/json"
    silence = b"\n"

    def __init__(self) -> None:
        self._begun = False

    def framed(self, chunk: bytes) -> bytes:
        border = b",\r\n" if self._begun else b"["
        self._begun = True
        return border + chunk

    def end(self) -> bytes:
        return b"\n]\n" if self._begun else b"[]\n"


class ContentChunks:
    """Writes one streamed answer. What a target that speaks the same format says passes as it is."""

    def __init__(self, model: str, framing: Framing, *, thoughts_wanted: bool) -> None:
        self.media_type = framing.media_type
        self.silence = framing.silence
        self._framing = framing
        self._answer = _Answer(model, thoughts_wanted=thoughts_wanted)
        self._passed = False

    def feed(self, event: InferenceEvent) -> bytes:
        if isinstance(event, WirePassed):
            self._passed = True
            return b"".join(map(self._framing.framed, _passed_chunks(event.data)))
        if isinstance(event, ModelFinished):
            last = b"" if self._passed else self._said(self._answer.last(event))
            return last + self._framing.end()
        parts = [*self._answer.parts(event)]
        return self._said(self._answer.chunk(parts)) if parts else b""

    def failed(self, error: ArcanoError) -> bytes:
        """A chunk that every SDK raises as an error; the list is not ended, nor is there a reason to finish."""
        return self._said(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _said(self, chunk: dict[str, Any]) -> bytes:
        return self._framing.framed(orjson.dumps(chunk))


class WholeContent:
    """Gathers one answer and writes it in one piece at the end."""

    media_type = "application/json"
    silence = b""

    def __init__(self, model: str, *, thoughts_wanted: bool) -> None:
        self._answer = _Answer(model, thoughts_wanted=thoughts_wanted)
        self._parts: list[dict[str, Any]] = []
        self._passed: list[bytes] = []

    def feed(self, event: InferenceEvent) -> bytes:
        if isinstance(event, WirePassed):
            self._passed.append(event.data)
        elif isinstance(event, ModelFinished):
            return b"".join(self._passed) or self._whole(event)
        else:
            for part in self._answer.parts(event):
                self._take(part)
        return b""

    def failed(self, error: ArcanoError) -> bytes:
        """Never asked for: nothing is sent before the end."""
        return orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _take(self, part: dict[str, Any]) -> None:
        """Text after text of its kind is one part."""
        last = self._parts[-1] if self._parts else {}
        plain = part.keys() <= {"text", "thought"} and last.keys() == part.keys()
        if plain:
            last["text"] += part["text"]
        else:
            self._parts.append(part)

    def _whole(self, finished: ModelFinished) -> bytes:
        last = self._answer.last(finished)
        content = last["candidates"][0].setdefault("content", {"parts": [], "role": "model"})
        content["parts"] = [*self._parts, *content["parts"]]
        return orjson.dumps(last)


class _Answer:
    """What is said, as parts; and the chunks that they are sent in."""

    def __init__(self, model: str, *, thoughts_wanted: bool) -> None:
        self._head: dict[str, Any] = {"modelVersion": model, "responseId": new_id()}
        self._thoughts_wanted = thoughts_wanted
        self._calls: dict[int, tuple[str, str, Seal | None, list[str]]] = {}
        self._sources: list[dict[str, Any]] = []

    def parts(self, event: InferenceEvent) -> Iterator[dict[str, Any]]:
        """Those that it is at once; calls and sources are told at the end."""
        match event:
            case TextDelta(text) | RefusalDelta(text):
                yield {"text": text}
            case ReasoningDelta(text):
                if self._thoughts_wanted:
                    yield {"text": text, "thought": True}
            case ReasoningSealed(seal, on_text):
                if on_text is not None:
                    yield {"text": "", "thoughtSignature": carried(seal, on=on_text)}
                elif self._thoughts_wanted:
                    signature = carried(seal, on=ON_REASONING)
                    yield {"text": "", "thought": True, "thoughtSignature": signature}
            case ToolCallDelta():
                self._take(event)
            case SourceCited(url, title):
                self._sources.append({"web": {"uri": url or "", "title": title or ""}})
            case TargetChosen():
                self._head["modelVersion"] = event.model
            case _:
                pass

    def chunk(self, parts: list[dict[str, Any]]) -> dict[str, Any]:
        candidate = {"content": {"parts": parts, "role": "model"}, "index": 0}
        return {"candidates": [candidate], **self._head}

    def last(self, finished: ModelFinished) -> dict[str, Any]:
        """The end, with the calls, the sources and what was used."""
        chunk = self.chunk([*map(_call_part, self._calls.values())])
        candidate = chunk["candidates"][0]
        candidate["finishReason"] = _REASON[finished.reason]
        if self._sources:
            candidate["groundingMetadata"] = {"groundingChunks": self._sources}
        return {**chunk, "usageMetadata": usage_view(finished.usage)}

    def _take(self, piece: ToolCallDelta) -> None:
        known = self._calls.setdefault(
            piece.index, (piece.call_id or "", piece.name or "", piece.seal, [])
        )
        known[3].append(piece.arguments)


def usage_view(usage: TokenUsage | None) -> dict[str, Any]:
    """What was used. Google counts thoughts beside the words."""
    read, written = (usage.input_tokens or 0, usage.output_tokens or 0) if usage else (0, 0)
    thought = (usage.reasoning_tokens or 0) if usage else 0
    told = {
        "promptTokenCount": read,
        "candidatesTokenCount": max(0, written - thought),
        "totalTokenCount": read + written,
    }
    if thought:
        told["thoughtsTokenCount"] = thought
    if usage is not None and usage.cached_input_tokens:
        told["cachedContentTokenCount"] = usage.cached_input_tokens
    return told


def _call_part(call: tuple[str, str, Seal | None, list[str]]) -> dict[str, Any]:
    call_id, name, seal, pieces = call
    text = "".join(pieces)
    arguments = object_in(text)
    if arguments is None:
        # What a model wrote wrongly is shown as it was.
        arguments = {"arguments": text}
    part: dict[str, Any] = {"functionCall": {"id": call_id, "name": name, "args": arguments}}
    if seal is not None:
        part["thoughtSignature"] = carried(seal, on=ON_CALL)
    return part


def _passed_chunks(data: bytes) -> list[bytes]:
    """The chunks in the events that a target sent."""
    return [event.removeprefix(b"data: ") for event in data.split(_BORDER) if event]

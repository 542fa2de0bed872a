"""An answer in the words of Ollama's chat or generate: lines of JSON, or one value at the end.

Source: Ollama API reference, "Generate a chat completion" and "Generate a completion". A tool call is told whole, for
arguments are an object here. What a target had read and written is counted; how long it took is measured here.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.responses import Response

from arcano.gateway.json_values import object_in
from arcano.gateway.ollama.errors import error_body, refusal
from arcano.inference import InferenceEvent
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    FinishReason,
    ModelFinished,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)

_REASON: dict[FinishReason, str] = {
    "stop": "stop",
    "length": "length",
    "tool-calls": "stop",
    "content-filter": "content_filter",
}
Said = Callable[[str, str, list[dict[str, Any]]], dict[str, Any]]
"""Text, thinking and tool calls, as the fields of a line."""


def in_chat(text: str, thinking: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """What is said, as a message."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if thinking:
        message["thinking"] = thinking
    if calls:
        message["tool_calls"] = calls
    return {"message": message}


def in_generate(text: str, thinking: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """What is said, as the text that follows a prompt; there are no tools there."""
    del calls
    return {"response": text, **({"thinking": thinking} if thinking else {})}


class OllamaLines:
    """Writes one streamed answer: each line says a little, the last one counts."""

    media_type = "application/x-ndjson"

    def __init__(self, model: str, said: Said, *, thinking_wanted: bool) -> None:
        self._model = model
        self._said = said
        self._thinking_wanted = thinking_wanted
        self._calls = GatheredCalls()
        self._clock = Stopwatch()
        # An empty piece: the format has no comments.
        self.silence = self._line(said("", "", []))

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case TextDelta(text) | RefusalDelta(text):
                self._clock.speaks()
                return self._line(self._said(text, "", []))
            case ReasoningDelta(text):
                self._clock.speaks()
                return self._line(self._said("", text, [])) if self._thinking_wanted else b""
            case ToolCallDelta():
                self._clock.speaks()
                self._calls.take(event)
                return b""
            case ModelFinished():
                return self._end(event)
            case _:
                return b""

    def failed(self, error: ArcanoError) -> bytes:
        """A line that every client raises as an error; and none that is `done`."""
        return orjson.dumps(error_body(error)) + b"\n"

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _line(self, fields: dict[str, Any]) -> bytes:
        return orjson.dumps({**head(self._model), **fields, "done": False}) + b"\n"

    def _end(self, finished: ModelFinished) -> bytes:
        calls = self._calls.whole()
        told = self._line(self._said("", "", calls)) if calls else b""
        last = {**head(self._model), **self._said("", "", []), **ending(finished, self._clock)}
        return told + orjson.dumps(last) + b"\n"


class OllamaWhole:
    """Gathers one answer and writes it in one piece at the end."""

    media_type = "application/json"
    silence = b""

    def __init__(self, model: str, said: Said, *, thinking_wanted: bool) -> None:
        self._model = model
        self._said = said
        self._thinking_wanted = thinking_wanted
        self._calls = GatheredCalls()
        self._clock = Stopwatch()
        self._texts: list[str] = []
        self._thoughts: list[str] = []

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case TextDelta(text) | RefusalDelta(text):
                self._texts.append(text)
            case ReasoningDelta(text):
                if self._thinking_wanted:
                    self._thoughts.append(text)
            case ToolCallDelta():
                self._calls.take(event)
            case ModelFinished():
                return self._whole(event)
            case _:
                return b""
        self._clock.speaks()
        return b""

    def failed(self, error: ArcanoError) -> bytes:
        """Never asked for: nothing is sent before the end."""
        return orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _whole(self, finished: ModelFinished) -> bytes:
        said = self._said("".join(self._texts), "".join(self._thoughts), self._calls.whole())
        return orjson.dumps({**head(self._model), **said, **ending(finished, self._clock)})


class Stopwatch:
    """How long an answer took: until its first word, and from there."""

    def __init__(self) -> None:
        self._began = time.monotonic_ns()
        self._spoke: int | None = None

    def speaks(self) -> None:
        if self._spoke is None:
            self._spoke = time.monotonic_ns()

    def durations(self) -> dict[str, int]:
        """In nanoseconds. Loading is part of the wait for the first word: nobody tells it apart."""
        now = time.monotonic_ns()
        spoke = self._spoke or now
        return {
            "total_duration": now - self._began,
            "load_duration": 0,
            "prompt_eval_duration": spoke - self._began,
            "eval_duration": now - spoke,
        }


class GatheredCalls:
    """Tool calls, put together from their pieces."""

    def __init__(self) -> None:
        self._calls: dict[int, tuple[str, str, list[str]]] = {}

    def take(self, piece: ToolCallDelta) -> None:
        known = self._calls.setdefault(piece.index, (piece.call_id or "", piece.name or "", []))
        known[2].append(piece.arguments)

    def whole(self) -> list[dict[str, Any]]:
        """All of them; arguments that a model wrote wrongly are shown as they were."""
        whole: list[dict[str, Any]] = []
        for index, (call_id, name, pieces) in sorted(self._calls.items()):
            text = "".join(pieces)
            arguments = object_in(text)
            if arguments is None:
                arguments = {"arguments": text}
            function = {"index": index, "name": name, "arguments": arguments}
            whole.append({"id": call_id, "function": function})
        return whole


def head(model: str) -> dict[str, Any]:
    """How every line begins."""
    now = datetime.fromtimestamp(time.time(), UTC).isoformat().replace("+00:00", "Z")
    return {"model": model, "created_at": now}


def ending(finished: ModelFinished, clock: Stopwatch) -> dict[str, Any]:
    usage = finished.usage or TokenUsage(None, None)
    return {
        "done": True,
        "done_reason": _REASON[finished.reason],
        **clock.durations(),
        "prompt_eval_count": usage.input_tokens or 0,
        "eval_count": usage.output_tokens or 0,
    }

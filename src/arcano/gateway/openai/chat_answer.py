"""An answer in the words of OpenAI's chat completions, in pieces or whole.

Source: OpenAI API reference, "The chat completion chunk object" and "The chat completion object". Reasoning goes into
`reasoning_content`, as servers of open models have it; what a vendor sealed stands in `reasoning_details` and, of a tool
call, in its `extra_content`. Clients that do not know the fields ignore them; those that send the whole message back return
each thought to its vendor.
"""

import time
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from arcano.gateway.openai.errors import error_body, refusal
from arcano.gateway.seals import carried
from arcano.inference import InferenceEvent, TargetChosen
from arcano.platform.errors import ArcanoError
from arcano.platform.ids import new_id
from arcano.platform.sse import SSE_COMMENT
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
    "stop": "stop",
    "length": "length",
    "content-filter": "content_filter",
    "tool-calls": "tool_calls",
}
_DONE = b"data: [DONE]\n\n"


class ChatChunks:
    """Writes one streamed answer. Bytes of a target that speaks the same format pass unread."""

    media_type = "text/event-stream"
    silence = SSE_COMMENT

    def __init__(self, model: str, *, usage_wanted: bool) -> None:
        self._usage_wanted = usage_wanted
        self._head = _head("chat.completion.chunk", model)
        self._role_said = False
        self._passed = False
        self._thoughts = _Thoughts()

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case TextDelta(text):
                return self._delta({"content": text})
            case WirePassed(data):
                self._passed = True
                return data
            case ReasoningDelta(text):
                self._thoughts.add(text)
                return self._delta({"reasoning_content": text})
            case ReasoningSealed(seal, None):
                return self._delta({"reasoning_details": [self._thoughts.sealed(seal)]})
            case RefusalDelta(text):
                return self._delta({"refusal": text})
            case ToolCallDelta():
                return self._delta({"tool_calls": [_piece(event)]})
            case SourceCited():
                return self._delta({"annotations": [_citation(event)]})
            case TargetChosen():
                self._head["model"] = event.model
                self._thoughts.begin()
                return b""
            case ModelFinished():
                return self._end(event)
            case _:
                return b""

    def failed(self, error: ArcanoError) -> bytes:
        """An event that every SDK raises as an error; and no `[DONE]`."""
        return b"data: %s\n\n" % orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _delta(self, delta: dict[str, Any]) -> bytes:
        if not self._role_said:
            self._role_said = True
            delta = {"role": "assistant", **delta}
        return self._chunk({"index": 0, "delta": delta, "finish_reason": None})

    def _chunk(self, choice: dict[str, Any]) -> bytes:
        return b"data: %s\n\n" % orjson.dumps({**self._head, "choices": [choice]})

    def _end(self, finished: ModelFinished) -> bytes:
        if self._passed:
            return _DONE
        reason = _REASON[finished.reason]
        said = self._chunk({"index": 0, "delta": {}, "finish_reason": reason})
        if self._usage_wanted:
            usage = usage_view(finished.usage)
            said += b"data: %s\n\n" % orjson.dumps({**self._head, "choices": [], "usage": usage})
        return said + _DONE


class ChatCompletion:
    """Gathers one answer and writes it in one piece at the end."""

    media_type = "application/json"
    silence = b""

    def __init__(self, model: str) -> None:
        self._head = _head("chat.completion", model)
        self._texts: list[str] = []
        self._reasoning: list[str] = []
        self._details: list[dict[str, Any]] = []
        self._thoughts = _Thoughts()
        self._refusals: list[str] = []
        self._citations: list[dict[str, Any]] = []
        self._calls: dict[int, dict[str, Any]] = {}
        self._passed: list[bytes] = []

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case TextDelta(text):
                self._texts.append(text)
            case WirePassed(data):
                self._passed.append(data)
            case ReasoningDelta(text):
                self._reasoning.append(text)
                self._thoughts.add(text)
            case ReasoningSealed(seal, None):
                self._details.append(self._thoughts.sealed(seal))
            case RefusalDelta(text):
                self._refusals.append(text)
            case ToolCallDelta():
                self._take(event)
            case SourceCited():
                self._citations.append(_citation(event))
            case TargetChosen():
                self._head["model"] = event.model
                self._thoughts.begin()
            case ModelFinished():
                return b"".join(self._passed) or orjson.dumps(self._whole(event))
            case _:
                pass
        return b""

    def failed(self, error: ArcanoError) -> bytes:
        """Never asked for: nothing is sent before the end."""
        return orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _take(self, piece: ToolCallDelta) -> None:
        call = self._calls.setdefault(
            piece.index, {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        )
        call["id"] = call["id"] or piece.call_id or ""
        if piece.seal is not None:
            call["extra_content"] = {"arcano": carried(piece.seal)}
        function = call["function"]
        function["name"] = function["name"] or piece.name or ""
        function["arguments"] += piece.arguments

    def _whole(self, finished: ModelFinished) -> dict[str, Any]:
        text = "".join(self._texts)
        message: dict[str, Any] = {
            "role": "assistant",
            "content": text if text or not self._calls else None,
            "refusal": "".join(self._refusals) or None,
        }
        if self._reasoning:
            message["reasoning_content"] = "".join(self._reasoning)
        if self._details:
            message["reasoning_details"] = self._details
        if self._citations:
            message["annotations"] = self._citations
        if self._calls:
            message["tool_calls"] = [self._calls[index] for index in sorted(self._calls)]
        reason = _REASON[finished.reason]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return {**self._head, "choices": [choice], "usage": usage_view(finished.usage)}


class _Thoughts:
    """What was thought since the last seal: it goes with the next one, so that both come back together."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._count = 0

    def begin(self) -> None:
        """Another target's thoughts are sealed by it alone."""
        self._texts.clear()

    def add(self, text: str) -> None:
        self._texts.append(text)

    def sealed(self, seal: Seal) -> dict[str, Any]:
        detail = {
            "type": "reasoning.encrypted",
            "index": self._count,
            "text": "".join(self._texts),
            "data": carried(seal),
        }
        self._texts.clear()
        self._count += 1
        return detail


def usage_view(usage: TokenUsage | None) -> dict[str, Any] | None:
    """What was used; None where nobody counted it."""
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens or 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
    }


def _head(kind: str, model: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{new_id()}",
        "object": kind,
        "created": int(time.time()),
        "model": model,
    }


def _piece(event: ToolCallDelta) -> dict[str, Any]:
    function = {"arguments": event.arguments}
    piece: dict[str, Any] = {"index": event.index, "function": function}
    if event.name is not None:
        function["name"] = event.name
        piece |= {"id": event.call_id, "type": "function"}
    if event.seal is not None:
        piece["extra_content"] = {"arcano": carried(event.seal)}
    return piece


def _citation(source: SourceCited) -> dict[str, Any]:
    cited = {"url": source.url, "title": source.title, "start_index": 0, "end_index": 0}
    return {"type": "url_citation", "url_citation": cited}

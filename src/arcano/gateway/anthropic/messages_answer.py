"""An answer in the words of Anthropic's Messages API, in pieces or whole.

Source: Claude API reference, "Streaming messages", "Message", "Stop reasons" and "Extended thinking". The whole message
is put together from the very events that a stream has, so that both say the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from starlette.responses import Response

from arcano.gateway.anthropic.answer_blocks import SpokenBlocks
from arcano.gateway.anthropic.errors import error_body, refusal
from arcano.gateway.json_values import object_in
from arcano.inference import InferenceEvent, TargetChosen
from arcano.platform.errors import ArcanoError
from arcano.platform.ids import new_id
from arcano.platform.sse import SSE_COMMENT
from arcano.providers import (
    FinishReason,
    ModelFinished,
    RefusalDelta,
    TokenUsage,
    WirePassed,
)

_REASON: Mapping[FinishReason, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "content-filter": "refusal",
    "tool-calls": "tool_use",
}
_PING = b'event: ping\ndata: {"type":"ping"}\n\n'
_STOP = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'


class MessageEvents:
    """Writes one streamed answer. Bytes of a target that speaks the same format pass unread."""

    media_type = "text/event-stream"

    def __init__(self, model: str, *, thinking_wanted: bool) -> None:
        # The vendor's own sign of life stands inside a message; before one begins, it is a comment.
        self.silence = SSE_COMMENT
        self._head = _head(model)
        self._blocks = SpokenBlocks(thinking_wanted=thinking_wanted)
        self._refused = False
        self._begun = False
        self._passed = False

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case WirePassed(data):
                self._passed = True
                self.silence = _PING
                return data
            case TargetChosen():
                self._head["model"] = event.model
                return b""
            case ModelFinished():
                return self._end(event)
            case _:
                self._refused = self._refused or isinstance(event, RefusalDelta)
                return self._written(self._blocks.said(event))

    def failed(self, error: ArcanoError) -> bytes:
        """An event that every SDK raises as an error; and no `message_stop`."""
        return _frame(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _written(self, events: Iterator[dict[str, Any]]) -> bytes:
        said = b"".join(map(_frame, events))
        if not said or self._begun:
            return said
        self._begun = True
        self.silence = _PING
        return _frame({"type": "message_start", "message": self._head}) + said

    def _end(self, finished: ModelFinished) -> bytes:
        if self._passed:
            return _STOP
        said = self._written(iter([*self._blocks.end(), _last(finished, refused=self._refused)]))
        return said + _STOP


class WholeMessage:
    """Gathers one answer and writes it in one piece at the end."""

    media_type = "application/json"
    silence = b""

    def __init__(self, model: str, *, thinking_wanted: bool) -> None:
        self._head = _head(model)
        self._blocks = SpokenBlocks(thinking_wanted=thinking_wanted)
        self._content: dict[int, _Gathered] = {}
        self._refused = False
        self._passed: list[bytes] = []

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case WirePassed(data):
                self._passed.append(data)
            case TargetChosen():
                self._head["model"] = event.model
            case ModelFinished():
                return b"".join(self._passed) or self._whole(event)
            case _:
                self._refused = self._refused or isinstance(event, RefusalDelta)
                self._take(self._blocks.said(event))
        return b""

    def failed(self, error: ArcanoError) -> bytes:
        """Never asked for: nothing is sent before the end."""
        return orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _take(self, events: Iterator[dict[str, Any]]) -> None:
        for event in events:
            if event["type"] == "content_block_start":
                self._content[event["index"]] = _Gathered(event["content_block"])
            elif event["type"] == "content_block_delta":
                self._content[event["index"]].grow(event["delta"])

    def _whole(self, finished: ModelFinished) -> bytes:
        last = _last(finished, refused=self._refused)
        content = [self._content[index].block() for index in sorted(self._content)]
        return orjson.dumps(
            {**self._head, "content": content, **last["delta"], "usage": last["usage"]}
        )


class _Gathered:
    """One block, put together from its pieces."""

    _FIELDS: Mapping[str, str] = {
        "text_delta": "text",
        "thinking_delta": "thinking",
        "signature_delta": "signature",
        "input_json_delta": "partial_json",
    }

    def __init__(self, begun: dict[str, Any]) -> None:
        self._begun = begun
        self._pieces: dict[str, list[str]] = {}
        self._citations: list[Any] = []

    def grow(self, delta: dict[str, Any]) -> None:
        if delta["type"] == "citations_delta":
            self._citations.append(delta["citation"])
            return
        field = self._FIELDS[delta["type"]]
        self._pieces.setdefault(field, []).append(delta[field])

    def block(self) -> dict[str, Any]:
        block = {**self._begun}
        for field, pieces in self._pieces.items():
            if field == "partial_json":
                text = "".join(pieces)
                # What a model wrote wrongly is shown as it was.
                wrong = {"INVALID_JSON": text}
                found = object_in(text)
                block["input"] = wrong if found is None else found
            else:
                block[field] = "".join(pieces)
        if self._citations:
            block["citations"] = self._citations
        return block


def usage_view(usage: TokenUsage | None) -> dict[str, Any]:
    """What was used. The vendor counts what was read from a cache, and written to one, beside the rest."""
    if usage is None:
        return {"input_tokens": 0, "output_tokens": 0}
    cached, written = usage.cached_input_tokens or 0, usage.cache_write_tokens or 0
    thought = usage.reasoning_tokens
    return {
        **({} if thought is None else {"output_tokens_details": {"thinking_tokens": thought}}),
        "input_tokens": max(0, (usage.input_tokens or 0) - cached - written),
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": cached,
        "output_tokens": usage.output_tokens or 0,
    }


def _last(finished: ModelFinished, *, refused: bool) -> dict[str, Any]:
    reason = "refusal" if refused else _REASON[finished.reason]
    return {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": usage_view(finished.usage),
    }


def _head(model: str) -> dict[str, Any]:
    return {
        "id": f"msg_{new_id()}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        # What was read is told at the end: until then nobody has counted it.
        "usage": usage_view(TokenUsage(0, 0)),
    }


def _frame(event: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (event["type"].encode(), orjson.dumps(event))

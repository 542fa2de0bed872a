"""What a model says, cut into Anthropic's content blocks: which begins, grows and ends when.

Source: Claude API reference, "Streaming messages". One block is open at a time, but for tool calls whose pieces come
mixed. Thoughts are only told to whoever asked for thinking. Proofs of other vendors go where this one's stand.
"""

from collections.abc import Iterator
from typing import Any, Literal

import orjson

from arcano.gateway.seals import ON_CALL, ON_REASONING, carried
from arcano.inference import InferenceEvent
from arcano.providers import (
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    SourceCited,
    TextDelta,
    ToolCallDelta,
)

_REDACTED = "redacted:"


class SpokenBlocks:
    """Turns what is said into the events of blocks, in order."""

    def __init__(self, *, thinking_wanted: bool) -> None:
        self._thinking_wanted = thinking_wanted
        self._next = 0
        self._open: tuple[Literal["text", "thinking"], int] | None = None
        self._calls: dict[int, int] = {}
        """The block of each call that is still open."""
        self._arguments: dict[int, list[str]] = {}

    def said(self, event: InferenceEvent) -> Iterator[dict[str, Any]]:
        """The events that it is; none for what the dialect has no word for."""
        match event:
            case TextDelta(text) | RefusalDelta(text):
                yield from self._in_block("text", {"type": "text_delta", "text": text})
            case ReasoningDelta(text):
                if self._thinking_wanted:
                    delta = {"type": "thinking_delta", "thinking": text}
                    yield from self._in_block("thinking", delta)
            case ReasoningSealed():
                if self._thinking_wanted:
                    yield from self._sealed(event)
            case ToolCallDelta():
                yield from self._called(event)
            case SourceCited():
                delta = {"type": "citations_delta", "citation": _citation(event)}
                yield from self._in_block("text", delta)
            case _:
                pass

    def end(self) -> Iterator[dict[str, Any]]:
        """The ends of all that is open."""
        yield from self._close()
        for call in list(self._calls):
            yield from self._close_call(call)

    def _in_block(
        self, kind: Literal["text", "thinking"], delta: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        if self._open is None or self._open[0] != kind:
            yield from self._close()
            yield from self._close_complete_calls()
            empty = {"type": kind, kind: "", **({"signature": ""} if kind == "thinking" else {})}
            self._open = kind, self._next
            yield self._begin(empty)
        yield _grown(self._open[1], delta)

    def _sealed(self, event: ReasoningSealed) -> Iterator[dict[str, Any]]:
        seal = event.seal
        if event.on_text is not None:
            yield from self._redacted(carried(seal, on=event.on_text))
            return
        thinks = self._open is not None and self._open[0] == "thinking"
        if not thinks and (seal.vendor != "anthropic" or seal.proof.startswith(_REDACTED)):
            yield from self._redacted(carried(seal, on=ON_REASONING))
            return
        signature = {"type": "signature_delta", "signature": carried(seal)}
        yield from self._in_block("thinking", signature)
        yield from self._close()

    def _redacted(self, data: str) -> Iterator[dict[str, Any]]:
        yield from self._close()
        index = self._next
        yield self._begin({"type": "redacted_thinking", "data": data})
        yield {"type": "content_block_stop", "index": index}

    def _called(self, piece: ToolCallDelta) -> Iterator[dict[str, Any]]:
        call = piece.index
        if call not in self._arguments:
            yield from self._close()
            yield from self._close_complete_calls()
            if piece.seal is not None and self._thinking_wanted:
                yield from self._redacted(carried(piece.seal, on=ON_CALL))
            self._arguments[call] = []
            self._calls[call] = self._next
            yield self._begin(
                {
                    "type": "tool_use",
                    "id": piece.call_id or f"toolu_{call}",
                    "name": piece.name or "",
                    "input": {},
                }
            )
        if piece.arguments and call in self._calls:
            self._arguments[call].append(piece.arguments)
            delta = {"type": "input_json_delta", "partial_json": piece.arguments}
            yield _grown(self._calls[call], delta)

    def _begin(self, block: dict[str, Any]) -> dict[str, Any]:
        index, self._next = self._next, self._next + 1
        return {"type": "content_block_start", "index": index, "content_block": block}

    def _close(self) -> Iterator[dict[str, Any]]:
        if self._open is not None:
            yield {"type": "content_block_stop", "index": self._open[1]}
            self._open = None

    def _close_complete_calls(self) -> Iterator[dict[str, Any]]:
        """Calls may come mixed: one of which more can come stays open."""
        for call in list(self._calls):
            if _is_complete("".join(self._arguments[call])):
                yield from self._close_call(call)

    def _close_call(self, call: int) -> Iterator[dict[str, Any]]:
        yield {"type": "content_block_stop", "index": self._calls.pop(call)}


def _is_complete(arguments: str) -> bool:
    try:
        orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return False
    return True


def _grown(index: int, delta: dict[str, Any]) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def _citation(source: SourceCited) -> dict[str, Any]:
    told = {"title": source.title, "cited_text": source.quote or ""}
    if source.url is not None:
        return {
            "type": "web_search_result_location",
            "url": source.url,
            "encrypted_index": "",
            **told,
        }
    return {
        "type": "search_result_location",
        "source": source.title or "",
        "search_result_index": 0,
        "start_block_index": 0,
        "end_block_index": 0,
        **told,
    }

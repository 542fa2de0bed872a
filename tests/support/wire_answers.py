"""One answer in the words of every wire format, event by event, and what each says when a key is refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from tests.support.aimock import PATHS

JsonObject = dict[str, object]
USAGE = 7


@dataclass(frozen=True, slots=True)
class WireFormat:
    """How one kind of server puts an answer on the wire. `path` is where the server's own paths begin."""

    kind: str
    path: str
    media_type: str
    tell: Callable[[Sequence[str], object, object], list[bytes]]
    """The events of an answer that consists of these pieces, and counts so what it read and what it wrote."""
    key_refused: bytes
    """The event that ends an answer in the middle because its key is good no more."""

    def events(self, *pieces: str, usage: object = USAGE) -> list[bytes]:
        return self.tell(pieces, usage, usage)


def _sse(value: object) -> bytes:
    return b"data: %s\n\n" % orjson.dumps(value)


def _named(event: Mapping[str, object]) -> bytes:
    return b"event: %s\n" % str(event["type"]).encode() + _sse(event)


def _completion(**fields: object) -> bytes:
    return _sse(
        {
            "id": "chatcmpl-0123456789abcdef",
            "object": "chat.completion.chunk",
            "created": 1_790_000_000,
            "model": "a-model",
            **fields,
        }
    )


def _choice(delta: JsonObject, finish_reason: str | None = None) -> JsonObject:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _openai(pieces: Sequence[str], read: object, written: object) -> list[bytes]:
    counted = {"prompt_tokens": read, "completion_tokens": written}
    return [
        _completion(choices=[_choice({"role": "assistant", "content": ""})]),
        *(_completion(choices=[_choice({"content": piece})]) for piece in pieces),
        _completion(choices=[_choice({}, "stop")]),
        _completion(choices=[], usage=counted),
        b"data: [DONE]\n\n",
    ]


def _mistral(pieces: Sequence[str], read: object, written: object) -> list[bytes]:
    counted = {"prompt_tokens": read, "completion_tokens": written}
    return [
        _completion(choices=[_choice({"role": "assistant", "content": ""})]),
        *(_completion(choices=[_choice({"content": piece})]) for piece in pieces),
        _completion(choices=[_choice({"content": ""}, "stop")], usage=counted),
        b"data: [DONE]\n\n",
    ]


def _responses(pieces: Sequence[str], read: object, written: object) -> list[bytes]:
    item = {"type": "message", "id": "msg_1", "role": "assistant"}
    part: JsonObject = {"type": "output_text", "text": "".join(pieces), "annotations": []}
    counted = {"input_tokens": read, "output_tokens": written}
    whole: JsonObject = {
        "id": "resp_1",
        "status": "completed",
        "output": [{**item, "content": [part]}],
    }
    return [
        _named({"type": "response.created", "response": {"id": "resp_1", "status": "in_progress"}}),
        _named({"type": "response.output_item.added", "output_index": 0, "item": item}),
        _named({"type": "response.content_part.added", "part": {**part, "text": ""}}),
        *(
            _named(
                {
                    "type": "response.output_text.delta",
                    "sequence_number": number,
                    "item_id": "msg_1",
                    "output_index": 0,
                    "content_index": 0,
                    "delta": piece,
                    "logprobs": [],
                }
            )
            for number, piece in enumerate(pieces, start=3)
        ),
        _named({"type": "response.content_part.done", "part": part}),
        _named({"type": "response.completed", "response": {**whole, "usage": counted}}),
    ]


def _anthropic(pieces: Sequence[str], read: object, written: object) -> list[bytes]:
    counted = {"input_tokens": read, "output_tokens": written}
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    ends = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": counted}
    return [
        _named({"type": "message_start", "message": {"id": "msg_1", "usage": counted}}),
        _named(
            {
                "type": "content_block_start",
                "index": 0,
                "content_block": {"type": "text", "text": ""},
            }
        ),
        *(_named({"type": "content_block_delta", "index": 0, "delta": delta}) for delta in deltas),
        _named({"type": "content_block_stop", "index": 0}),
        _named(ends),
        _named({"type": "message_stop"}),
    ]


def _gemini(pieces: Sequence[str], read: object, written: object) -> list[bytes]:
    counted = {"promptTokenCount": read, "candidatesTokenCount": written}
    said = [{"content": {"parts": [{"text": piece}], "role": "model"}} for piece in pieces]
    return [
        _sse(
            {
                "candidates": [{**candidate, "index": 0}],
                "usageMetadata": counted,
                "modelVersion": "a-model",
                "responseId": "mZkPad3vKsGvxN8P",
            }
        )
        for candidate in (*said, {"finishReason": "STOP"})
    ]


def _ollama(pieces: Sequence[str], read: object, written: object) -> list[bytes]:
    head: JsonObject = {"model": "a-model", "created_at": "2026-09-22T10:13:20.123456Z"}
    said = [
        {**head, "message": {"role": "assistant", "content": piece}, "done": False}
        for piece in pieces
    ]
    counted = {"prompt_eval_count": read, "eval_count": written}
    last = {**head, "message": {"role": "assistant", "content": ""}, "done": True, **counted}
    return [orjson.dumps(line) + b"\n" for line in (*said, {**last, "done_reason": "stop"})]


_EVENTS, _LINES = "text/event-stream", "application/x-ndjson"
_INVALID = {"error": {"message": "The key was revoked.", "code": "invalid_api_key"}}
_AUTHENTICATION = {"type": "authentication_error", "message": "The key was revoked."}
_UNAUTHENTICATED = {"code": 401, "status": "UNAUTHENTICATED", "message": "The key was revoked."}

FORMATS: dict[str, WireFormat] = {
    one.kind: one
    for one in (
        WireFormat(
            "openai-compatible", PATHS["openai-compatible"], _EVENTS, _openai, _sse(_INVALID)
        ),
        WireFormat(
            "openai-responses",
            PATHS["openai-responses"],
            _EVENTS,
            _responses,
            _named({"type": "error", **_INVALID["error"]}),
        ),
        WireFormat(
            "anthropic",
            PATHS["anthropic"],
            _EVENTS,
            _anthropic,
            _named({"type": "error", "error": _AUTHENTICATION}),
        ),
        WireFormat("mistral", PATHS["mistral"], _EVENTS, _mistral, _sse(_INVALID)),
        WireFormat("gemini", PATHS["gemini"], _EVENTS, _gemini, _sse({"error": _UNAUTHENTICATED})),
        WireFormat(
            "ollama",
            PATHS["ollama"],
            _LINES,
            _ollama,
            # Ollama names no status in a stream: that the key is meant is in its words only.
            orjson.dumps({"error": "unauthorized: the key was revoked"}) + b"\n",
        ),
    )
}

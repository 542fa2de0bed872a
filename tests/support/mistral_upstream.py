"""Answers in Mistral's words, for a server on the loopback to give.

They follow the Mistral API reference, "Chat completion" (`CompletionChunk`, `ChatCompletionResponse`): the last
event before `[DONE]` has the finish reason and the usage, tool calls come whole.
"""

from typing import Any

import orjson

PATH = "/v1/chat/completions"
USAGE = {"prompt_tokens": 13, "completion_tokens": 8, "total_tokens": 21}
Chunk = dict[str, Any]


def text(words: str) -> Chunk:
    return {"type": "text", "text": words}


def thinking(*thoughts: str | Chunk, signature: str | None = None) -> Chunk:
    chunks = [text(thought) if isinstance(thought, str) else thought for thought in thoughts]
    sealed = {} if signature is None else {"signature": signature}
    return {"type": "thinking", "thinking": chunks, **sealed}


def reference(*names: int | str) -> Chunk:
    return {"type": "reference", "reference_ids": list(names)}


def tool_call(name: str, arguments: str, *, call_id: str = "D681PevKs", index: int = 0) -> Chunk:
    return {"id": call_id, "function": {"name": name, "arguments": arguments}, "index": index}


def said(content: object, *calls: Chunk) -> dict[str, Any]:
    """What comes in one event, or is in one message."""
    return {"content": content, **({"tool_calls": list(calls)} if calls else {})}


def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    usage = {} if finish is None else {"usage": USAGE}
    head = {"id": "cmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: %s\n\n" % orjson.dumps({**head, "choices": [choice], **usage})


def streamed(*deltas: dict[str, Any], finish: str = "stop") -> bytes:
    """A complete answer as the bytes of a stream."""
    events = [event({"role": "assistant", "content": ""}), *map(event, deltas)]
    return b"".join([*events, event({"content": ""}, finish), b"data: [DONE]\n\n"])


def whole(message: dict[str, Any], *, finish: str = "stop") -> dict[str, Any]:
    """The same in one piece."""
    spoken = {"role": "assistant", "tool_calls": None, "prefix": False, **message}
    choice = {"index": 0, "message": spoken, "finish_reason": finish}
    head = {"id": "cmpl-1", "object": "chat.completion", "created": 1, "model": "m"}
    return {**head, "choices": [choice], "usage": USAGE}

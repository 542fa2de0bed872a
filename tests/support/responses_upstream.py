"""Answers in the words of OpenAI's Responses API, event by event, for a server on the loopback to give.

They follow the OpenAI API reference, "Streaming events" and "The response object": every event numbered, every
item and part begun, filled and ended, and the whole response once more at the end.
"""

from collections.abc import Iterable
from typing import Any

import orjson

PATH = "/v1/responses"
USAGE = {
    "input_tokens": 30,
    "input_tokens_details": {"cached_tokens": 12, "cache_write_tokens": 8},
    "output_tokens": 21,
    "output_tokens_details": {"reasoning_tokens": 9},
    "total_tokens": 51,
}
Event = dict[str, Any]


def wire(events: Iterable[Event]) -> bytes:
    """Events as the bytes of a stream."""
    return b"".join(
        b"event: %s\ndata: %s\n\n"
        % (event["type"].encode(), orjson.dumps({**event, "sequence_number": number}))
        for number, event in enumerate(events)
    )


def response(output: list[dict[str, Any]], *, status: str = "completed", **more: Any) -> Event:
    """The response object."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "m",
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": USAGE,
        **more,
    }


def message(*texts: str, annotations: tuple[Event, ...] = ()) -> Event:
    content = [
        {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": []}
        for text in texts
    ]
    head = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
    return {**head, "content": content}


def refusal(text: str) -> Event:
    return {**message(), "content": [{"type": "refusal", "refusal": text}]}


def reasoning(*summary: str, sealed: str | None = "gAAAA==") -> Event:
    parts = [{"type": "summary_text", "text": text} for text in summary]
    return {"type": "reasoning", "id": "rs_1", "summary": parts, "encrypted_content": sealed}


def function_call(name: str, arguments: str, *, call_id: str = "call_1") -> Event:
    head = {"type": "function_call", "id": f"fc_{call_id}", "status": "completed"}
    return {**head, "call_id": call_id, "name": name, "arguments": arguments}


def citation(url: str, title: str) -> Event:
    return {"type": "url_citation", "url": url, "title": title, "start_index": 0, "end_index": 3}


WEB_SEARCH: Event = {
    "type": "web_search_call",
    "id": "ws_1",
    "status": "completed",
    "action": {"type": "search", "query": "weather", "sources": None},
}


def streamed(
    output: list[Event], *, pieces: int = 2, status: str = "completed", **more: Any
) -> list[Event]:
    """The events of a response with this output, each text and each call in so many pieces."""
    begun = response([], status="in_progress", usage=None)
    events: list[Event] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for place, item in enumerate(output):
        empty = {**item, "status": "in_progress"}
        empty.update({field: [] for field in ("content", "summary") if field in item})
        empty.update({"arguments": ""} if "arguments" in item else {})
        where = {"output_index": place, "item_id": item["id"]}
        events.append({"type": "response.output_item.added", "output_index": place, "item": empty})
        events += _parts(item, where, pieces=pieces)
        events.append({"type": "response.output_item.done", "output_index": place, "item": item})
    ended = response(output, status=status, **more)
    return [*events, {"type": f"response.{status}", "response": ended}]


def a_story(*, words: int) -> bytes:
    """The bytes of an answer of so many words that was longer than it might be."""
    story = "".join(f"{number:04} " for number in range(words))
    details = {"reason": "max_output_tokens"}
    return wire(
        streamed([message(story)], pieces=words, status="incomplete", incomplete_details=details)
    )


def _parts(item: Event, where: Event, *, pieces: int) -> list[Event]:
    events: list[Event] = []
    if item["type"] == "web_search_call":
        events += [
            {"type": f"response.web_search_call.{state}", **where}
            for state in ("in_progress", "searching", "completed")
        ]
    if "arguments" in item:
        kind = "response.function_call_arguments"
        events += _deltas(kind, item["arguments"], where, pieces=pieces)
        done = {"arguments": item["arguments"], "name": item["name"]}
        events.append({"type": f"{kind}.done", **where, **done})
    for number, part in enumerate(item.get("summary", [])):
        at = {**where, "summary_index": number}
        head = "response.reasoning_summary"
        events.append({"type": f"{head}_part.added", **at, "part": {**part, "text": ""}})
        events += _deltas(f"{head}_text", part["text"], at, pieces=pieces)
        events.append({"type": f"{head}_text.done", **at, "text": part["text"]})
        events.append({"type": f"{head}_part.done", **at, "part": part})
    for number, part in enumerate(item.get("content", [])):
        events += _content(part, {**where, "content_index": number}, pieces=pieces)
    return events


def _content(part: Event, at: Event, *, pieces: int) -> list[Event]:
    field = "refusal" if part["type"] == "refusal" else "text"
    kind = f"response.{part['type']}"
    empty: Event = {**part, field: "", **({"annotations": []} if "annotations" in part else {})}
    more: Event = {"logprobs": []} if field == "text" else {}
    return [
        {"type": "response.content_part.added", **at, "part": empty},
        *({**delta, **more} for delta in _deltas(kind, part[field], at, pieces=pieces)),
        *(
            {
                "type": "response.output_text.annotation.added",
                **at,
                "annotation_index": number,
                "annotation": annotation,
            }
            for number, annotation in enumerate(part.get("annotations", []))
        ),
        {"type": f"{kind}.done", **at, field: part[field], **more},
        {"type": "response.content_part.done", **at, "part": part},
    ]


def _deltas(kind: str, text: str, where: Event, *, pieces: int) -> list[Event]:
    size = max(1, -(-len(text) // pieces)) if pieces else 1
    cuts = range(0, len(text) if pieces else 0, size)
    return [{"type": f"{kind}.delta", **where, "delta": text[cut : cut + size]} for cut in cuts]

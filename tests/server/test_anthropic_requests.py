"""What hostile or mistaken programs send to the door that speaks Anthropic's Messages API, byte by byte."""

from io import BytesIO
from typing import Any

import orjson
import pytest
from tests.support.door_targets import MODELS, Format, Say, Targets


@pytest.mark.parametrize("target", MODELS)
async def test_the_last_event_of_a_broken_answer_is_its_error(
    targets: Targets, target: Format
) -> None:
    targets.will(target, Say(("Once upon a time, ", "in a land far away, "), cut=True))
    question = {**_said("A story."), "model": MODELS[target], "stream": True}

    status, body = await _post(targets, orjson.dumps(question))

    events = [event.partition(b"\n")[0] for event in body.split(b"\n\n") if event]
    assert (status, events[0], events[-1]) == (200, b"event: message_start", b"event: error")
    assert b"message_stop" not in body


def _said(content: Any, role: str = "user") -> Any:
    return {"model": "wordy", "max_tokens": 5, "messages": [{"role": role, "content": content}]}


HELLO: Any = _said("Hello?")


WRONG: list[tuple[Any, str]] = [
    ({}, "model"),
    ({"model": "wordy", "messages": [{"role": "user", "content": "x"}]}, "max_tokens"),
    ({**HELLO, "messages": []}, "messages"),
    ({**HELLO, "messages": [5]}, "messages"),
    (_said([]), "messages"),
    (_said("x", role="robot"), "role"),
    (_said(5), "messages.0.content"),
    (_said([{}]), "type"),
    (_said([{"type": "text", "text": 5}]), "text"),
    (_said([{"type": "teleport"}]), "messages.content.teleport"),
    (_said([{"type": "image"}]), "source"),
    (
        _said([{"type": "image", "source": {"type": "url", "url": "http://127.0.0.1/"}}]),
        "messages.content.image.url",
    ),
    (
        _said(
            [
                {
                    "type": "image",
                    "source": {"type": "base64", "media_type": "image/png", "data": "%"},
                }
            ]
        ),
        "base64",
    ),
    (_said([{"type": "tool_result", "tool_use_id": "nobody", "content": "x"}]), "nobody"),
    (_said([{"type": "tool_use", "id": "a", "name": "f", "input": "x"}], "assistant"), "input"),
    ({**HELLO, "temperature": "hot"}, "temperature"),
    ({**HELLO, "max_tokens": -1}, "max_tokens"),
    ({**HELLO, "max_tokens": 1e30}, "max_tokens"),
    ({**HELLO, "stream": "perhaps"}, "stream"),
    ({**HELLO, "top_k": 5}, "top_k"),
    ({**HELLO, "mcp_servers": [{"type": "url", "url": "http://x"}]}, "mcp_servers"),
    ({**HELLO, "something_new": 1}, "something_new"),
    ({**HELLO, "thinking": {"type": "telepathy"}}, "thinking.telepathy"),
    (
        {**HELLO, "tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        "tools.web_search_20250305",
    ),
    ({**HELLO, "tools": [{"name": "f"}]}, "input_schema"),
    ({**HELLO, "tool_choice": {"type": "tool", "name": "f"}}, "tool_choice"),
    ({**HELLO, "system": 5}, "system"),
    ({**HELLO, "model": "w" * 201}, "model"),
]


@pytest.mark.parametrize(("body", "named"), WRONG)
async def test_what_is_wrong_or_beyond_in_a_request_is_named(
    targets: Targets, body: Any, named: str
) -> None:
    targets.will("openai", Say(("Yes.",)))

    status, answer = await _post(targets, orjson.dumps(body))

    told = orjson.loads(answer)
    assert status == 400, told
    assert told["type"] == "error"
    assert told["error"]["type"] == "invalid_request_error"
    assert named in told["error"]["message"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b'{"messages": "\xff"}', 400),
        (b'{"a":' * 200 + b"1" + b"}" * 200, 400),
        (b'{"a": "' + b"x" * (9 * 1024 * 1024) + b'"}', 413),
    ],
    ids=["nothing", "half", "a list", "a text", "no UTF-8", "too deep", "too large"],
)
async def test_what_is_no_request_at_all_is_refused(
    targets: Targets, raw: bytes, status: int
) -> None:
    answered, body = await _post(targets, raw)

    assert answered == status, body
    kind = {400: "invalid_request_error", 413: "request_too_large"}[status]
    assert orjson.loads(body)["error"]["type"] == kind


async def _post(targets: Targets, raw: bytes) -> tuple[int, bytes]:
    headers = {"x-api-key": await targets.key("anthropic"), "Content-Type": "application/json"}
    async with targets.visitor.http.post(
        f"{targets.server.url}/v1/messages", data=BytesIO(raw), headers=headers
    ) as response:
        return response.status, await response.read()

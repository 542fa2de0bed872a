"""What hostile or broken programs say at OpenAI's doors: refused in OpenAI's words, with a status of theirs, and nobody is asked."""

import json
from typing import Any

import pytest
from tests.support.openai_programs import a_key
from tests.support.server import Server
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

M = "wordy"
USER = {"role": "user", "content": "hostile"}
DEEP: Any = json.loads("[" * 150 + "]" * 150)

RESPONSES: list[dict[str, Any]] = [
    {},
    {"model": M},
    {"model": 7, "input": "x"},
    {"model": "", "input": "x"},
    {"model": M, "input": None},
    {"model": M, "input": 7},
    {"model": M, "input": []},
    {"model": M, "input": ""},
    {"model": M, "input": [7]},
    {"model": M, "input": [None]},
    {"model": M, "input": [[]]},
    {"model": M, "input": [{}]},
    {"model": M, "input": [{"type": 7}]},
    {"model": M, "input": [{"type": None}]},
    {"model": M, "input": [{"type": {"a": 1}}]},
    {"model": M, "input": [{"type": "message"}]},
    {"model": M, "input": [{"role": "nobody", "content": "x"}]},
    {"model": M, "input": [{"role": "user", "content": None}]},
    {"model": M, "input": [{"role": "user", "content": [7]}]},
    {"model": M, "input": [{"role": "user", "content": [{"text": "x"}]}]},
    {"model": M, "input": [{"role": "user", "content": [{"type": "input_text"}]}]},
    {"model": M, "input": [{"role": "user", "content": DEEP}]},
    {"model": M, "input": [{"type": "function_call", "call_id": "c"}]},
    {"model": M, "input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]},
    {"model": M, "input": [{"type": "function_call_output", "call_id": None, "output": "x"}]},
    {"model": M, "input": [{"type": "item_reference"}]},
    {"model": M, "input": [{"type": "item_reference", "id": {"a": 1}}]},
    {"model": M, "input": [{"type": "item_reference", "id": "msg_" + "0" * 32 + "o0000"}]},
    {"model": M, "input": [{"type": "item_reference", "id": "' OR 1=1 --"}]},
    {"model": M, "input": [{"type": "reasoning", "summary": None}, USER]},
    {"model": M, "input": [{"type": "reasoning", "encrypted_content": 7}, USER]},
    {"model": M, "input": [{"type": "web_search_call", "id": "w"}, USER]},
    {
        "model": M,
        "input": [
            {
                "role": "user",
                "content": [{"type": "input_image", "image_url": "data:image/png;base64,%%%"}],
            }
        ],
    },
    {"model": M, "input": "x", "previous_response_id": 7},
    {"model": M, "input": "x", "previous_response_id": "resp_" + "0" * 32},
    {"model": M, "input": "x", "previous_response_id": "x" * 10_000},
    {"model": M, "input": "x", "store": "maybe"},
    {"model": M, "input": "x", "background": {}},
    {"model": M, "input": "x", "tools": "all"},
    {"model": M, "input": "x", "tools": [None]},
    {"model": M, "input": "x", "tools": [{"type": "function"}]},
    {"model": M, "input": "x", "tools": [{"type": "function", "name": "f", "parameters": []}]},
    {"model": M, "input": "x", "tools": [{"type": "mcp", "server_url": "http://127.0.0.1/"}]},
    {"model": M, "input": "x", "tool_choice": {"type": "function", "name": "nobody"}},
    {"model": M, "input": "x", "tool_choice": 7},
    {"model": M, "input": "x", "text": {"format": {"type": "json_schema"}}},
    {"model": M, "input": "x", "text": {"format": {"type": "json_schema", "schema": []}}},
    {"model": M, "input": "x", "text": 7},
    {"model": M, "input": "x", "metadata": {f"k{number}": "v" for number in range(17)}},
    {"model": M, "input": "x", "metadata": {"k": "v" * 513}},
    {"model": M, "input": "x", "include": "everything"},
    {"model": M, "input": "x", "max_output_tokens": 0},
    {"model": M, "input": "x", "max_output_tokens": 10**30},
    {"model": M, "input": "x", "temperature": "hot"},
    {"model": M, "input": "x", "temperature": -1},
    {"model": M, "input": "x", "truncation": "sometimes"},
    {"model": M, "input": "x", "prompt": {"id": "pmpt_1"}},
]

COMPLETIONS: list[dict[str, Any]] = [
    {},
    {"model": M, "prompt": None},
    {"model": M, "prompt": []},
    {"model": M, "prompt": [None]},
    {"model": M, "prompt": [[]]},
    {"model": M, "prompt": ["x", 7]},
    {"model": M, "prompt": ["x"] * 257},
    {"model": M, "prompt": "x", "max_tokens": 0},
    {"model": M, "prompt": "x", "n": 2},
    {"model": M, "prompt": "x", "best_of": [3]},
    {"model": M, "prompt": DEEP},
]

EMBEDDINGS: list[dict[str, Any]] = [
    {},
    {"model": M},
    {"model": M, "input": {"text": "x"}},
    {"model": M, "input": [None]},
    {"model": M, "input": [""]},
    {"model": M, "input": ["x"] * 2049},
    {"model": M, "input": ["x", 7]},
    {"model": M, "input": "x", "dimensions": True},
    {"model": M, "input": "x", "dimensions": 10**9},
    {"model": M, "input": DEEP},
]

ALL = [
    *(("/v1/responses", body) for body in RESPONSES),
    *(("/v1/completions", body) for body in COMPLETIONS),
    *(("/v1/embeddings", body) for body in EMBEDDINGS),
]


def told(answered: tuple[int, Any]) -> bool:
    """Whether it is an error as OpenAI's clients read it."""
    status, body = answered
    error = body.get("error", {})
    return status in (400, 404) and isinstance(error.get("message"), str) and bool(error["type"])


async def test_whatever_is_wrong_is_told_in_openais_words_and_nobody_is_asked(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    before = len(upstream.calls)
    headers = {"Authorization": f"Bearer {await a_key(visitor)}"}
    wrong: list[str] = []
    for path, body in ALL:
        for more in ({}, {"stream": True}, {"store": False}):
            data = json.dumps({**more, **body})
            async with visitor.http.post(
                server.url + path,
                data=data,
                headers={**headers, "Content-Type": "application/json"},
            ) as answer:
                answered = answer.status, await answer.json(content_type=None)
            if not told(answered):
                wrong.append(f"{path} {data[:200]}: {answered}")

    assert not wrong, "\n".join(wrong)
    assert [call for call in upstream.calls[before:] if call.body] == []


@pytest.mark.parametrize(
    "address",
    [
        "/v1/responses/resp_1",
        "/v1/responses/' OR 1=1 --",
        "/v1/responses/" + "x" * 5000,
        "/v1/responses/resp_1/input_items",
        "/v1/responses/resp_1/input_items?limit=0",
        "/v1/responses/resp_1/input_items?limit=many",
        "/v1/responses/resp_1/input_items?order=random",
        "/v1/responses/resp_1?stream=true&starting_after=-5",
        "/v1/responses/resp_1?stream=true&starting_after=99999999999999999999",
        "/v1/models/nobody",
        "/v1/models/" + "x" * 5000,
    ],
)
async def test_what_is_not_there_is_not_found_whatever_it_is_called(
    address: str, server: Server, visitor: Visitor
) -> None:
    headers = {"Authorization": f"Bearer {await a_key(visitor)}"}

    async with visitor.http.get(server.url + address, headers=headers) as answer:
        answered = answer.status, await answer.json(content_type=None)

    assert told(answered), answered

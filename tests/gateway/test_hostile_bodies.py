"""Whatever a program sends is read or refused by name, and never breaks what reads it.

Bodies are made of the words that the dialects know, in every wrong place and of every wrong kind.
"""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from arcano.gateway.anthropic.messages_request import read_message
from arcano.gateway.gemini.generate_request import read_generate
from arcano.gateway.json_values import as_list, as_object
from arcano.gateway.ollama.chat_request import read_chat as read_ollama_chat
from arcano.gateway.ollama.chat_request import read_generate as read_ollama_generate
from arcano.gateway.openai.chat_request import read_chat
from arcano.gateway.seals import ON_CALL, carried
from arcano.platform.errors import InvalidInputError
from arcano.providers import Seal

WORDS = [
    "model",
    "messages",
    "role",
    "content",
    "type",
    "text",
    "user",
    "assistant",
    "system",
    "tool",
    "thinking",
    "signature",
    "redacted_thinking",
    "data",
    "image",
    "source",
    "base64",
    "media_type",
    "image/png",
    "tool_use",
    "tool_result",
    "tool_use_id",
    "id",
    "name",
    "input",
    "is_error",
    "tools",
    "input_schema",
    "tool_choice",
    "auto",
    "any",
    "none",
    "disable_parallel_tool_use",
    "max_tokens",
    "stream",
    "stop_sequences",
    "temperature",
    "top_p",
    "output_config",
    "effort",
    "high",
    "format",
    "schema",
    "json_schema",
    "budget_tokens",
    "enabled",
    "contents",
    "parts",
    "inlineData",
    "mimeType",
    "functionCall",
    "functionResponse",
    "args",
    "response",
    "output",
    "thoughtSignature",
    "thought",
    "systemInstruction",
    "generationConfig",
    "maxOutputTokens",
    "stopSequences",
    "seed",
    "responseSchema",
    "responseJsonSchema",
    "responseMimeType",
    "application/json",
    "thinkingConfig",
    "thinkingBudget",
    "includeThoughts",
    "functionDeclarations",
    "parameters",
    "toolConfig",
    "functionCallingConfig",
    "mode",
    "ANY",
    "allowedFunctionNames",
    "properties",
    "items",
    "OBJECT",
    "nullable",
    "anyOf",
    "prompt",
    "images",
    "options",
    "num_predict",
    "stop",
    "think",
    "keep_alive",
    "json",
    "tool_calls",
    "function",
    "arguments",
    "tool_name",
    "tool_call_id",
    "image_url",
    "url",
    "prefix",
    "random_seed",
    "safe_prompt",
    "required",
]
TOKENS = [carried(Seal("gemini", "p", "m"), on=on) for on in (ON_CALL, -2, 0, 3, 10**9)]

VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(WORDS),
        st.sampled_from(TOKENS),
        st.text(max_size=5),
        st.sampled_from(["é", "data:image/png;base64,é", "iVBORw0KGgo="]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), inner, max_size=6),
    ),
    max_leaves=40,
)

ANTHROPIC: dict[str, Any] = {
    "model": "m",
    "max_tokens": 5,
    "system": [{"type": "text", "text": "x"}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "x"}]},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "a", "name": "f", "input": {}}],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": []}]},
    ],
    "tools": [{"name": "f", "input_schema": {}}],
    "thinking": {"type": "enabled", "budget_tokens": 5},
    "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {}}},
}
GEMINI: dict[str, Any] = {
    "contents": [
        {"role": "user", "parts": [{"text": "x"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]},
    ],
    "systemInstruction": {"parts": [{"text": "x"}]},
    "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT"}}]}],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
    "generationConfig": {"responseSchema": {"type": "STRING"}, "thinkingConfig": {}},
}
OLLAMA: dict[str, Any] = {
    "model": "m",
    "messages": [
        {"role": "user", "content": "x", "images": []},
        {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]},
        {"role": "tool", "content": "x", "tool_name": "f"},
    ],
    "tools": [{"type": "function", "function": {"name": "f"}}],
    "options": {"stop": ["x"]},
    "format": {},
}
GENERATE: dict[str, Any] = {"model": "m", "prompt": "x", "system": "x", "images": [], "options": {}}
OPENAI: dict[str, Any] = {
    "model": "m",
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "x"}]},
        {"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f"}}]},
        {"role": "tool", "content": "x", "tool_call_id": "a"},
    ],
    "tools": [{"type": "function", "function": {"name": "f"}}],
}

Read = Callable[[Any], object]


def read_gemini(body: Any) -> object:
    return read_generate("m", body, stream=False)


DIALECTS: list[tuple[Read, Any]] = [
    (read_message, ANTHROPIC),
    (read_gemini, GEMINI),
    (read_ollama_chat, OLLAMA),
    (read_ollama_generate, GENERATE),
    (read_chat, OPENAI),
]
each_dialect = pytest.mark.parametrize(
    ("read", "body"), DIALECTS, ids=["anthropic", "gemini", "ollama", "generate", "openai"]
)


def places_in(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something could be put in place of something."""
    found = [here]
    for name, each in (as_object(value) or {}).items():
        found += places_in(each, (*here, name))
    for place, each in enumerate(as_list(value) or []):
        found += places_in(each, (*here, place))
    return found


def with_value(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The body with that value there; a new field beside the others where the last name is new."""
    changed = orjson.loads(orjson.dumps(body))
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return changed


@each_dialect
def test_a_body_as_it_should_be_is_read(read: Read, body: Any) -> None:
    assert read(body)


@each_dialect
@settings(max_examples=250)
@given(data=st.data())
def test_a_wrong_value_anywhere_is_read_or_refused(read: Read, body: Any, data: Any) -> None:
    place = data.draw(st.sampled_from(places_in(body)[1:]))
    if data.draw(st.booleans()):
        place = (
            (*place[:-1], data.draw(st.sampled_from(WORDS)))
            if isinstance(place[-1], str)
            else place
        )
    wrong = with_value(body, place, data.draw(VALUES))

    expect_read_or_refused(read, wrong)


@each_dialect
@settings(max_examples=100)
@given(wrong=st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=8))
def test_whatever_is_sent_is_read_or_refused(read: Read, body: Any, wrong: Any) -> None:
    del body
    expect_read_or_refused(read, wrong)


def expect_read_or_refused(read: Read, wrong: Any) -> None:
    try:
        asked: Any = read(wrong)
    except (ValidationError, InvalidInputError):
        return
    if asked.request is not None:
        wire = asked.request.wire
        assert wire is None or orjson.dumps(wire.body)

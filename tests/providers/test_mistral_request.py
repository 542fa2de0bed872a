"""A question in Mistral's words."""

import re
from dataclasses import replace
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from arcano.providers import (
    AnswerSchema,
    ForcedTool,
    ImagePart,
    ModelRequest,
    Parameters,
    ReasoningPart,
    RequestMessage,
    Seal,
    SourceCited,
    TextPart,
    ToolCallPart,
    ToolChoice,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.mistral_request import VENDOR, mistral_body, short_id, sources_in
from arcano.providers.profiles import MISTRAL

QUESTION = ModelRequest("m", (RequestMessage("user", (TextPart("Hi"),)),))
LOOK = ToolDefinition("look", "Looks.", {"type": "object"})


def body(**asked: Any) -> dict[str, Any]:
    return mistral_body(replace(QUESTION, **asked), MISTRAL)


def test_a_plain_question_has_no_field_that_mistral_does_not_know() -> None:
    assert body() == snapshot(
        {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    )


def test_a_whole_conversation_has_its_places() -> None:
    messages = (
        RequestMessage("system", (TextPart("Be brief."),)),
        RequestMessage("user", (TextPart("What is it?"), ImagePart("image/png", b"\x89PNG"))),
        RequestMessage(
            "assistant",
            (
                ReasoningPart("Hm.", Seal(VENDOR, "sig")),
                TextPart("I look."),
                ToolCallPart("D681PevKs", "look", "{}"),
                ToolCallPart("call_0fypS1hVX", "see", "{}"),
            ),
        ),
        RequestMessage(
            "tool",
            (
                ToolResultPart("D681PevKs", "a bird", name="look"),
                ToolResultPart("call_0fypS1hVX", "?", failed=True),
            ),
        ),
    )
    parameters = Parameters(
        temperature=0.5, top_p=0.9, max_tokens=10, stop=("END",), seed=7, reasoning_effort="high"
    )
    schema = AnswerSchema("count", {"type": "object"})

    asked = body(
        messages=messages,
        parameters=parameters,
        tools=(LOOK,),
        parallel_tools=False,
        answer_schema=schema,
    )

    assert asked == snapshot(
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is it?"},
                        {
                            "type": "image_url",
                            "image_url": {"url": "data:image/png;base64,iVBORw=="},
                        },
                    ],
                },
                {
                    "role": "assistant",
                    "content": [
                        {
                            "type": "thinking",
                            "thinking": [{"type": "text", "text": "Hm."}],
                            "signature": "sig",
                            "closed": True,
                        },
                        {"type": "text", "text": "I look."},
                    ],
                    "tool_calls": [
                        {
                            "id": "D681PevKs",
                            "type": "function",
                            "function": {"name": "look", "arguments": "{}"},
                        },
                        {
                            "id": "crrWs8mIE",
                            "type": "function",
                            "function": {"name": "see", "arguments": "{}"},
                        },
                    ],
                },
                {
                    "role": "tool",
                    "tool_call_id": "D681PevKs",
                    "content": "a bird",
                    "name": "look",
                },
                {"role": "tool", "tool_call_id": "crrWs8mIE", "content": "Error: ?"},
            ],
            "stream": True,
            "temperature": 0.5,
            "top_p": 0.9,
            "max_tokens": 10,
            "stop": ["END"],
            "random_seed": 7,
            "reasoning_effort": "high",
            "tools": [
                {
                    "type": "function",
                    "function": {
                        "name": "look",
                        "description": "Looks.",
                        "parameters": {"type": "object"},
                    },
                }
            ],
            "parallel_tool_calls": False,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "count", "schema": {"type": "object"}},
            },
        }
    )


@pytest.mark.parametrize(
    ("choice", "wire"),
    [
        ("auto", None),
        ("none", "none"),
        ("required", "any"),
        (ForcedTool("look"), {"type": "function", "function": {"name": "look"}}),
    ],
)
def test_whether_a_tool_must_be_called_is_said_in_mistrals_words(
    choice: ToolChoice, wire: object
) -> None:
    assert body(tools=(LOOK,), tool_choice=choice).get("tool_choice") == wire


@pytest.mark.parametrize("call_id", ["call_0fypS1hVX", "", "toolu_01VpEm654", "a b c d e", "é" * 9])
def test_an_id_of_somebody_elses_becomes_one_that_mistral_takes_always_the_same(
    call_id: str,
) -> None:
    short = short_id(call_id)

    assert re.fullmatch("[a-zA-Z0-9]{9}", short)
    assert short_id(call_id) == short
    assert short_id(short) == short
    assert short_id(call_id + "x") != short


def test_an_answer_is_continued_by_mistral_itself() -> None:
    cut = (*QUESTION.messages, RequestMessage("assistant", (TextPart("Half"),)))

    assert body(messages=cut, continues=True)["messages"][-1] == {
        "role": "assistant",
        "content": "Half",
        "prefix": True,
    }
    assert "prefix" not in body(messages=cut)["messages"][-1]
    assert "prefix" not in body(continues=True)["messages"][-1]


@pytest.mark.parametrize(
    "foreign",
    [ReasoningPart("Hm.", Seal("anthropic", "s")), ReasoningPart("Hm.")],
)
def test_a_thought_that_mistral_did_not_seal_is_left_out(foreign: ReasoningPart) -> None:
    asked = body(messages=(RequestMessage("assistant", (foreign, TextPart("Yes."))),))

    assert asked["messages"] == [{"role": "assistant", "content": "Yes."}]


def given(*results: str) -> dict[str, SourceCited]:
    parts = tuple(ToolResultPart("c", result) for result in results)
    return sources_in(replace(QUESTION, messages=(RequestMessage("tool", parts),)))


def test_the_sources_that_a_tool_gave_can_be_cited() -> None:
    result = orjson.dumps(
        {
            "0": {
                "url": "https://a.example",
                "title": "A",
                "snippets": [["word " * 100, "more"]],
                "source": "wiki",
            },
            "b": {"title": "B", "snippets": []},
        }
    ).decode()

    assert given("sunny", result) == {
        "0": SourceCited("https://a.example", "A", ("word " * 100)[:300]),
        "b": SourceCited(None, "B", None),
    }


@pytest.mark.parametrize(
    "result", ["", "sunny", "{", "{}", '{"a": 1}', '{"a": {"url": 7}}', "[{}]", '{"a":' * 3000]
)
def test_other_results_have_no_sources(result: str) -> None:
    assert given(result) == {}

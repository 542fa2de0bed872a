"""A question in the words of OpenAI's Responses API."""

from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot
from tests.support.responses_upstream import reasoning

from arcano.providers import (
    AnswerSchema,
    ForcedTool,
    ImagePart,
    ModelRequest,
    Parameters,
    ReasoningPart,
    RequestMessage,
    Seal,
    TextPart,
    ToolCallPart,
    ToolChoice,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION
from arcano.providers.adapters.responses_request import VENDOR, response_body, seal_of
from arcano.providers.profiles import OPENAI

QUESTION = ModelRequest("gpt-5-mini", (RequestMessage("user", (TextPart("Hi"),)),))
LOOK = ToolDefinition("look", "Looks.", {"type": "object"})
SEAL = seal_of(reasoning("I look.")) or ""
THOUGHT = ReasoningPart("I look.", Seal(VENDOR, SEAL))


def body(**asked: Any) -> dict[str, Any]:
    return response_body(replace(QUESTION, **asked), OPENAI)


def items(*messages: RequestMessage) -> list[dict[str, Any]]:
    return body(messages=messages)["input"]


def test_a_plain_question_is_stored_nowhere_and_asks_for_the_thoughts() -> None:
    assert body() == snapshot(
        {
            "model": "gpt-5-mini",
            "input": [{"role": "user", "content": "Hi"}],
            "reasoning": {"summary": "auto"},
            "include": ["reasoning.encrypted_content"],
            "stream": True,
            "store": False,
        }
    )


def test_a_model_that_does_not_think_is_not_asked_for_thoughts() -> None:
    assert body(model="gpt-4o", parameters=Parameters(reasoning_effort="high")) == snapshot(
        {
            "model": "gpt-4o",
            "input": [{"role": "user", "content": "Hi"}],
            "stream": True,
            "store": False,
        }
    )


def test_a_whole_conversation_has_its_places() -> None:
    messages = (
        RequestMessage("system", (TextPart("Be brief."),)),
        RequestMessage("system", (TextPart("Be kind."),)),
        RequestMessage("user", (TextPart("What is it?"), ImagePart("image/png", b"\x89PNG"))),
        RequestMessage(
            "assistant",
            (THOUGHT, TextPart("I look."), ToolCallPart("c1", "look", "{}")),
        ),
        RequestMessage(
            "tool", (ToolResultPart("c1", "a bird"), ToolResultPart("c2", "?", failed=True))
        ),
        RequestMessage("system", (TextPart("Now answer."),)),
    )
    parameters = Parameters(
        temperature=0.5, top_p=0.9, max_tokens=10, stop=("END",), seed=7, reasoning_effort="low"
    )

    asked = body(model="new", messages=messages, parameters=parameters, tools=(LOOK,), whole=True)

    assert asked == snapshot(
        {
            "model": "new",
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "What is it?"},
                        {
                            "type": "input_image",
                            "detail": "auto",
                            "image_url": "data:image/png;base64,iVBORw==",
                        },
                    ],
                },
                {
                    "type": "reasoning",
                    "id": "rs_1",
                    "summary": [{"type": "summary_text", "text": "I look."}],
                    "encrypted_content": "gAAAA==",
                },
                {"role": "assistant", "content": "I look."},
                {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c1", "output": "a bird"},
                {"type": "function_call_output", "call_id": "c2", "output": "Error: ?"},
                {"role": "system", "content": "Now answer."},
            ],
            "instructions": """\
Be brief.
Be kind.\
""",
            "tools": [
                {
                    "type": "function",
                    "name": "look",
                    "description": "Looks.",
                    "parameters": {"type": "object"},
                    "strict": False,
                }
            ],
            "reasoning": {"summary": "auto", "effort": "low"},
            "temperature": 0.5,
            "top_p": 0.9,
            "max_output_tokens": 10,
            "include": ["reasoning.encrypted_content"],
            "stream": False,
            "store": False,
        }
    )


@pytest.mark.parametrize(
    ("choice", "wire"),
    [
        ("auto", None),
        ("none", "none"),
        ("required", "required"),
        (ForcedTool("look"), {"type": "function", "name": "look"}),
    ],
)
def test_whether_a_tool_must_be_called_is_said_only_where_it_matters(
    choice: ToolChoice, wire: object
) -> None:
    assert body(tools=(LOOK,), tool_choice=choice).get("tool_choice") == wire


def test_one_call_at_a_time_is_asked_for_where_the_model_knows_it() -> None:
    assert body(tools=(LOOK,), parallel_tools=False)["parallel_tool_calls"] is False
    assert "parallel_tool_calls" not in body(model="o3", tools=(LOOK,), parallel_tools=False)


def test_a_schema_is_the_format_of_the_text() -> None:
    schema = AnswerSchema("count", {"type": "object", "properties": {"n": {"type": "integer"}}})

    assert body(answer_schema=schema)["text"] == snapshot(
        {
            "format": {
                "type": "json_schema",
                "name": "count",
                "schema": {"type": "object", "properties": {"n": {"type": "integer"}}},
                "strict": False,
            }
        }
    )


@pytest.mark.parametrize(
    "foreign",
    [
        ReasoningPart("Hm.", Seal("anthropic", SEAL)),
        ReasoningPart("Hm."),
        ReasoningPart("Hm.", Seal(VENDOR, "no json")),
        ReasoningPart("Hm.", Seal(VENDOR, '{"type": "message"}')),
        ReasoningPart("Hm.", Seal(VENDOR, '{"type": "reasoning"}')),
        ReasoningPart("Hm.", Seal(VENDOR, "[]")),
    ],
)
def test_a_thought_that_openai_did_not_seal_is_left_out(foreign: ReasoningPart) -> None:
    assert items(RequestMessage("assistant", (foreign, TextPart("Yes.")))) == [
        {"role": "assistant", "content": "Yes."}
    ]


def test_a_thought_from_which_nothing_followed_is_left_out() -> None:
    found = items(RequestMessage("assistant", (THOUGHT, TextPart("Yes."), THOUGHT, THOUGHT)))

    assert [item.get("type") for item in found] == ["reasoning", None]


def test_a_thought_without_a_proof_has_nothing_to_be_kept() -> None:
    assert seal_of(reasoning("Hm.", sealed=None)) is None


def test_an_answer_is_continued_by_asking_for_it() -> None:
    cut = (*QUESTION.messages, RequestMessage("assistant", (TextPart("Half"),)))

    asked = body(messages=cut, continues=True)

    assert asked["input"][-2:] == [
        {"role": "assistant", "content": "Half"},
        {"role": "user", "content": CONTINUE_INSTRUCTION},
    ]

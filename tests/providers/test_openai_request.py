"""A question in OpenAI's words."""

from dataclasses import replace
from typing import Any

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
    TextPart,
    ToolCallPart,
    ToolChoice,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION, chat_completion_body
from arcano.providers.profiles import (
    GENERIC,
    LLAMA_CPP,
    OPENAI,
    OPENROUTER,
    SGLANG,
    VLLM,
    Profile,
)

QUESTION = ModelRequest("m", (RequestMessage("user", (TextPart("Hi"),)),))


def test_a_plain_question_is_as_small_as_can_be() -> None:
    assert chat_completion_body(QUESTION, GENERIC) == snapshot(
        {
            "model": "m",
            "messages": [{"role": "user", "content": "Hi"}],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    )


def test_images_tools_and_parameters_have_their_places() -> None:
    request = ModelRequest(
        "m",
        (
            RequestMessage("system", (TextPart("Be brief."),)),
            RequestMessage("user", (TextPart("What is it?"), ImagePart("image/png", b"\x89PNG"))),
            RequestMessage("assistant", (ToolCallPart("c1", "look", "{}"),)),
            RequestMessage("tool", (ToolResultPart("c1", "a bird"), ToolResultPart("c2", "?"))),
        ),
        Parameters(temperature=0.5, top_p=0.9, max_tokens=10, stop=("END",), seed=7),
        tools=(ToolDefinition("look", "Looks.", {"type": "object"}),),
    )

    assert chat_completion_body(request, OPENAI) == snapshot(
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
                    "content": "",
                    "tool_calls": [
                        {
                            "id": "c1",
                            "type": "function",
                            "function": {"name": "look", "arguments": "{}"},
                        }
                    ],
                },
                {"role": "tool", "tool_call_id": "c1", "content": "a bird"},
                {"role": "tool", "tool_call_id": "c2", "content": "?"},
            ],
            "stream": True,
            "temperature": 0.5,
            "top_p": 0.9,
            "max_completion_tokens": 10,
            "stop": ["END"],
            "seed": 7,
            "stream_options": {"include_usage": True},
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
        }
    )


def test_only_a_server_that_cannot_continue_by_itself_is_told_to() -> None:
    cut = replace(
        QUESTION,
        messages=(*QUESTION.messages, RequestMessage("assistant", (TextPart("Hel"),))),
        continues=True,
    )

    told = chat_completion_body(cut, GENERIC)["messages"]
    by_itself = chat_completion_body(cut, LLAMA_CPP)["messages"]

    assert told[-1] == {"role": "user", "content": CONTINUE_INSTRUCTION}
    assert by_itself[-1] == {"role": "assistant", "content": "Hel"}


LOOK = ToolDefinition("look", "Looks.", {"type": "object"})
LISTEN = ToolDefinition("listen", "Listens.", {"type": "object"})


def body(profile: Profile = GENERIC, **asked: Any) -> dict[str, Any]:
    return chat_completion_body(replace(QUESTION, **asked), profile)


def test_a_whole_answer_is_asked_for_without_what_belongs_to_a_stream() -> None:
    assert body(whole=True) == snapshot(
        {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": False}
    )


@pytest.mark.parametrize(
    ("choice", "wire"),
    [
        ("auto", None),
        ("none", "none"),
        ("required", "required"),
        (ForcedTool("look"), {"type": "function", "function": {"name": "look"}}),
    ],
)
def test_whether_a_tool_must_be_called_is_said_only_where_it_matters(
    choice: ToolChoice, wire: object
) -> None:
    asked = body(tools=(LOOK, LISTEN), tool_choice=choice)

    assert asked.get("tool_choice") == wire
    assert len(asked["tools"]) == 2
    assert "tool_choice" not in body(tool_choice=choice)


def test_a_server_that_cannot_be_told_which_tool_is_shown_but_that_one() -> None:
    asked = body(LLAMA_CPP, tools=(LOOK, LISTEN), tool_choice=ForcedTool("listen"))

    assert asked["tool_choice"] == "required"
    assert [tool["function"]["name"] for tool in asked["tools"]] == ["listen"]


def test_one_call_at_a_time_is_asked_for_where_there_are_tools_and_the_model_knows_it() -> None:
    assert body(tools=(LOOK,), parallel_tools=False)["parallel_tool_calls"] is False
    assert "parallel_tool_calls" not in body(tools=(LOOK,))
    assert "parallel_tool_calls" not in body(parallel_tools=False)
    assert "parallel_tool_calls" not in body(
        OPENAI, model="o3-mini", tools=(LOOK,), parallel_tools=False
    )


def test_a_schema_is_strict_only_where_strict_mode_takes_it() -> None:
    inner = {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
        "additionalProperties": False,
    }
    loose = {"type": "object", "properties": {"n": {"type": "integer"}}}
    nested = {**inner, "properties": {"n": {"anyOf": [loose, {"type": "null"}]}}}

    assert body(answer_schema=AnswerSchema("count", inner))["response_format"] == snapshot(
        {
            "type": "json_schema",
            "json_schema": {
                "name": "count",
                "schema": {
                    "type": "object",
                    "properties": {"n": {"type": "integer"}},
                    "required": ["n"],
                    "additionalProperties": False,
                },
                "strict": True,
            },
        }
    )
    for schema in (loose, nested, {**inner, "required": []}):
        asked = body(answer_schema=AnswerSchema("count", schema))
        assert "strict" not in asked["response_format"]["json_schema"]


@pytest.mark.parametrize(
    ("profile", "effort", "said"),
    [
        (OPENAI, "low", {"reasoning_effort": "low"}),
        (OPENAI, "none", {"reasoning_effort": "none"}),
        (VLLM, "high", {"reasoning_effort": "high"}),
        (VLLM, "none", {"chat_template_kwargs": {"enable_thinking": False}}),
        (OPENROUTER, "medium", {"reasoning": {"effort": "medium"}}),
        (GENERIC, None, {}),
    ],
)
def test_each_server_is_told_in_its_way_how_much_to_think(
    profile: Profile, effort: Any, said: dict[str, object]
) -> None:
    asked = body(profile, parameters=Parameters(reasoning_effort=effort))

    words = ("reasoning_effort", "reasoning", "chat_template_kwargs")
    assert {word: asked[word] for word in words if word in asked} == said


def test_what_a_model_refuses_is_left_out() -> None:
    wanted = Parameters(temperature=0.1, top_p=0.5, stop=("x",), reasoning_effort="low", seed=1)

    o3 = body(OPENAI, model="o3", parameters=wanted)
    gpt_4 = body(OPENAI, model="gpt-4o", parameters=wanted)

    assert {"temperature", "top_p", "stop"}.isdisjoint(o3)
    assert (o3["reasoning_effort"], o3["seed"]) == ("low", 1)
    assert "reasoning_effort" not in gpt_4
    assert gpt_4["temperature"] == 0.1


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (VLLM, {"continue_final_message": True, "add_generation_prompt": False}),
        (SGLANG, {"continue_final_message": True}),
        (LLAMA_CPP, {}),
    ],
)
def test_a_server_that_continues_is_told_so_as_it_wants(
    profile: Profile, said: dict[str, bool]
) -> None:
    messages = (*QUESTION.messages, RequestMessage("assistant", (TextPart("Hel"),)))

    asked = body(profile, messages=messages, continues=True)
    anew = body(profile, messages=messages)

    assert asked == {**anew, **said}
    assert asked["messages"][-1] == {"role": "assistant", "content": "Hel"}


def test_a_failed_result_says_so_and_an_image_beside_it_comes_after_it() -> None:
    result = ToolResultPart("c1", "no such city", name="look", failed=True)
    image = ImagePart("image/png", b"\x89PNG")

    asked = body(messages=(RequestMessage("tool", (result, image)),))

    assert asked["messages"] == snapshot(
        [
            {"role": "tool", "tool_call_id": "c1", "content": "Error: no such city"},
            {
                "role": "user",
                "content": [
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/png;base64,iVBORw=="},
                    }
                ],
            },
        ]
    )


def test_thoughts_are_not_sent_back() -> None:
    thought = ReasoningPart("Hm.", Seal("anthropic", "s"))

    asked = body(messages=(RequestMessage("assistant", (thought, TextPart("Yes."))),))

    assert asked["messages"] == [{"role": "assistant", "content": "Yes."}]

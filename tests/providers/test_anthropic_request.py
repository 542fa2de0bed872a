"""A question in Anthropic's words: "Create a message" of the Claude API reference, and what each model takes."""

from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot

from arcano.providers import (
    ImagePart,
    ModelRequest,
    Parameters,
    RequestMessage,
    Seal,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.anthropic_models import ANTHROPIC
from arcano.providers.adapters.anthropic_request import question
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION
from arcano.providers.request import AnswerSchema, ForcedTool, ReasoningPart, RequestPart

OLD, NEW, NEWEST = "claude-haiku-4-5", "claude-opus-5", "claude-opus-5-5"
LOOK = ToolDefinition("look", "Looks.", {"properties": {"at": {"type": "string"}}})
CUT = "tail "


def says(role: Any, *parts: RequestPart | str) -> RequestMessage:
    return RequestMessage(
        role, tuple(TextPart(part) if isinstance(part, str) else part for part in parts)
    )


def asks(model: str = OLD, *messages: RequestMessage, **more: Any) -> ModelRequest:
    return ModelRequest(model, messages or (says("user", "Hi"),), **more)


def body(request: ModelRequest) -> dict[str, Any]:
    return question(request).body


def continuing(model: str, **more: Any) -> ModelRequest:
    messages = (says("user", "Sing."), says("assistant", "La la \n"))
    return asks(model, *messages, continues=True, **more)


def test_a_plain_question_is_as_small_as_can_be() -> None:
    asked = question(asks())

    assert asked.body == snapshot(
        {
            "model": "claude-haiku-4-5",
            "max_tokens": 64000,
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
            "stream": True,
        }
    )
    assert asked.headers == {"anthropic-version": "2026-10-21"}


def test_a_question_for_the_whole_answer_is_not_streamed_and_asks_for_no_more_than_lasts() -> None:
    asked = body(asks(whole=True))

    assert "stream" not in asked
    assert asked["max_tokens"] == 16_000


def test_images_tools_calls_and_results_have_their_places() -> None:
    request = asks(
        OLD,
        says("system", "Be brief."),
        says("user", "What is it?", ImagePart("image/png", b"\x89PNG")),
        says("assistant", "I look.", ToolCallPart("c 1", "look", '{"at":"x"}')),
        says("tool", ToolResultPart("c 1", "a bird", "look")),
        says("tool", ToolResultPart("c2", "no light", "look", failed=True)),
        says("system", "Be kind."),
        says("user", "So?"),
        tools=(LOOK,),
        parameters=Parameters(max_tokens=10, stop=("END", " "), seed=7),
    )

    assert body(request) == snapshot(
        {
            "model": "claude-haiku-4-5",
            "max_tokens": 10,
            "stop_sequences": ["END"],
            "tools": [
                {
                    "name": "look",
                    "description": "Looks.",
                    "input_schema": {"type": "object", "properties": {"at": {"type": "string"}}},
                }
            ],
            "system": [{"type": "text", "text": "Be brief."}, {"type": "text", "text": "Be kind."}],
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is it?"},
                        {
                            "type": "image",
                            "source": {
                                "type": "base64",
                                "media_type": "image/png",
                                "data": "iVBORw==",
                            },
                        },
                    ],
                },
                {
                    "role": "assistant",
                    "content": [
                        {"type": "text", "text": "I look."},
                        {"type": "tool_use", "id": "c_1", "name": "look", "input": {"at": "x"}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "c_1", "content": "a bird"},
                        {
                            "type": "tool_result",
                            "tool_use_id": "c2",
                            "content": "no light",
                            "is_error": True,
                        },
                        {"type": "text", "text": "So?"},
                    ],
                },
            ],
            "stream": True,
        }
    )


def test_results_stand_before_words_that_were_said_earlier() -> None:
    request = asks(
        OLD, says("user", "Wait."), says("tool", ToolResultPart("c1", "a bird"), TextPart("!"))
    )

    kinds = [block["type"] for block in body(request)["messages"][0]["content"]]

    assert kinds == ["tool_result", "text", "text"]


def test_blank_texts_and_messages_without_anything_are_left_out() -> None:
    request = asks(OLD, says("user", "Hi", " "), says("assistant", ""), says("user", "There?"))

    assert body(request)["messages"] == [
        {
            "role": "user",
            "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "There?"}],
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "wire"),
    [
        ('{"a": 1}', {"a": 1}),
        ("", {}),
        ("{oops", {"INVALID_JSON": "{oops"}),
        ("[1]", {"INVALID_JSON": "[1]"}),
    ],
)
def test_the_arguments_of_a_call_are_an_object_whatever_the_model_wrote(
    arguments: str, wire: dict[str, Any]
) -> None:
    request = asks(OLD, says("assistant", ToolCallPart("c1", "look", arguments)))

    assert body(request)["messages"][0]["content"][0]["input"] == wire


def test_only_thoughts_that_this_vendor_sealed_go_back_and_only_while_it_thinks() -> None:
    thoughts = says(
        "assistant",
        ReasoningPart("Hm.", Seal("anthropic", "c2ln")),
        ReasoningPart("", Seal("anthropic", "redacted:ZGF0YQ==")),
        ReasoningPart("Hm?", Seal("gemini", "x")),
        ReasoningPart("Hm!"),
        "Yes.",
    )
    turns = (says("user", "Is it?"), thoughts, says("user", "Sure?"))

    thinking = body(asks(NEW, *turns))["messages"][1]["content"]
    not_thinking = body(asks(OLD, *turns))["messages"][1]["content"]

    assert thinking == [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "ZGF0YQ=="},
        {"type": "text", "text": "Yes."},
    ]
    assert not_thinking == [{"type": "text", "text": "Yes."}]


def test_a_model_that_binds_its_thoughts_is_told_to_drop_those_whose_past_was_edited() -> None:
    turns = (
        says("user", "Is it?"),
        says("assistant", ReasoningPart("Hm.", Seal("anthropic", "c2ln")), "Yes."),
        says("user", "Sure?"),
    )

    bound = question(asks(NEWEST, *turns))
    without_thoughts = question(asks(NEWEST))

    assert bound.body["thinking"] == snapshot(
        {
            "type": "adaptive",
            "display": "summarized",
            "block_binding": {"prefix_mismatch_behavior": "drop_block"},
        }
    )
    assert bound.headers["anthropic-beta"] == "thinking-binding-controls-2026-08-01"
    assert "block_binding" not in without_thoughts.body["thinking"]
    assert "anthropic-beta" not in without_thoughts.headers


@pytest.mark.parametrize(
    ("choice", "parallel", "wire"),
    [
        ("auto", True, None),
        ("auto", False, {"type": "auto", "disable_parallel_tool_use": True}),
        ("none", False, {"type": "none"}),
        ("required", True, {"type": "any"}),
        (
            ForcedTool("look"),
            False,
            {"type": "tool", "name": "look", "disable_parallel_tool_use": True},
        ),
    ],
)
def test_whether_tools_are_called_can_be_said(choice: Any, parallel: bool, wire: object) -> None:
    asked = body(asks(OLD, tools=(LOOK,), tool_choice=choice, parallel_tools=parallel))

    assert asked.get("tool_choice") == wire


def test_without_tools_nothing_is_said_about_them() -> None:
    asked = body(asks(OLD, tool_choice="required", parallel_tools=False))

    assert "tools" not in asked
    assert "tool_choice" not in asked


def test_a_model_that_cannot_be_forced_is_asked_to_call_the_tool() -> None:
    asked = body(asks(NEWEST, tools=(LOOK,), tool_choice=ForcedTool("look")))

    assert "tool_choice" not in asked
    assert asked["messages"][-1]["content"][-1]["text"] == "Answer this by calling the tool `look`."


def test_a_model_that_cannot_think_while_forced_does_not_think() -> None:
    parameters = Parameters(reasoning_effort="high")
    asked = body(asks(OLD, tools=(LOOK,), tool_choice="required", parameters=parameters))

    assert asked["tool_choice"] == {"type": "any"}
    assert "thinking" not in asked


def test_a_beginning_is_continued_by_the_models_that_can_without_its_blank_end() -> None:
    asked = question(continuing(OLD))

    assert asked.body["messages"][-1] == {
        "role": "assistant",
        "content": [{"type": "text", "text": "La la"}],
    }
    assert asked.owed == " \n"


@pytest.mark.parametrize(
    "request_",
    [
        continuing(NEW),
        continuing(OLD, answer_schema=AnswerSchema("a", {"type": "string"})),
        replace(
            continuing(OLD),
            messages=(
                says("user", "Sing."),
                says("assistant", ReasoningPart("Hm", Seal("anthropic", "s")), "La"),
            ),
        ),
    ],
)
def test_where_a_beginning_cannot_be_sent_the_model_is_told_to_go_on(
    request_: ModelRequest,
) -> None:
    asked = question(request_)

    assert asked.body["messages"][-1] == {
        "role": "user",
        "content": [{"type": "text", "text": CONTINUE_INSTRUCTION}],
    }
    assert asked.owed == ""


def test_another_servers_models_continue_where_its_profile_says_so() -> None:
    profile = replace(ANTHROPIC, continues_answers=True)

    asked = question(continuing("kimi-k3"), profile)

    assert asked.body["messages"][-1]["role"] == "assistant"


def test_a_model_that_continues_does_not_think() -> None:
    asked = body(continuing(OLD, parameters=Parameters(reasoning_effort="high")))

    assert "thinking" not in asked


def test_a_blank_beginning_is_no_beginning() -> None:
    request = asks(OLD, says("user", "Sing."), says("assistant", " "), continues=True)

    assert body(request)["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "Sing."}]}
    ]


def marks(request: ModelRequest) -> list[str]:
    """The places that are marked for the cache."""
    asked = body(request)
    found = [
        f"tool {n}" for n, tool in enumerate(asked.get("tools", ())) if "cache_control" in tool
    ]
    found += [f"system {n}" for n, b in enumerate(asked.get("system", ())) if "cache_control" in b]
    for number, turn in enumerate(asked["messages"]):
        found += [
            f"turn {number}, block {place}"
            for place, block in enumerate(turn["content"])
            if block.get("cache_control") == {"type": "ephemeral"}
        ]
    return found


LONG = "word " * 4000
HISTORY = (says("user", "A", "B"), says("assistant", "C"), says("user", "D"))


@pytest.mark.parametrize(
    ("request_", "places"),
    [
        (asks(NEW, says("system", "S"), *HISTORY, tools=(LOOK,)), []),
        (asks(NEW, says("system", "S", LONG), says("user", "D")), ["system 1", "turn 0, block 0"]),
        (
            asks(NEW, says("system", "S", LONG), *HISTORY, tools=(LOOK,)),
            ["system 1", "turn 0, block 1", "turn 2, block 0"],
        ),
        (
            asks(NEW, *HISTORY, tools=(LOOK, replace(LOOK, description=LONG))),
            ["tool 1", "turn 0, block 1", "turn 2, block 0"],
        ),
        (asks(NEW, says("system", "S"), says("user", LONG)), ["turn 0, block 0"]),
        (asks("kimi-k3", says("system", LONG), says("user", LONG)), []),
        (asks(OLD, says("system", "word " * 1000), says("user", "D")), []),
        (
            asks(NEW, says("system", "word " * 1000), says("user", "D")),
            ["system 0", "turn 0, block 0"],
        ),
    ],
)
def test_what_stays_and_the_newest_questions_are_marked_for_the_cache_where_they_are_long_enough(
    request_: ModelRequest, places: list[str]
) -> None:
    assert marks(request_) == places


def test_instructions_of_ours_stand_behind_the_mark_so_that_the_next_question_hits() -> None:
    request = asks(NEW, says("user", LONG), says("assistant", CUT), continues=True)
    forced = asks(NEWEST, says("user", LONG), tools=(LOOK,), tool_choice="required")

    assert marks(request) == ["turn 0, block 0"]
    assert marks(forced) == ["turn 0, block 0"]


def test_what_is_counted_is_what_is_read() -> None:
    request = asks(
        NEW,
        says("system", "S"),
        says("user", "D"),
        tools=(LOOK,),
        tool_choice="none",
        parameters=Parameters(max_tokens=5, stop=("X",), reasoning_effort="low"),
    )

    assert list(question(request).to_be_counted()) == snapshot(
        ["model", "system", "messages", "tools", "tool_choice", "thinking", "output_config"]
    )

"""A question in Ollama's words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from inline_snapshot import snapshot

from arcano.providers import (
    AnswerSchema,
    ForcedTool,
    ImagePart,
    ModelRequest,
    Parameters,
    ProviderRejectedRequestError,
    ReasoningEffort,
    ReasoningPart,
    RequestMessage,
    Seal,
    TextPart,
    ToolCallPart,
    ToolChoice,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.ollama_request import chat_body, refuse_forced_tools
from arcano.providers.adapters.ollama_shelf import ModelTraits
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION
from arcano.providers.profiles import GENERIC, OLLAMA, Profile

QUESTION = ModelRequest("m", (RequestMessage("user", (TextPart("Hi"),)),))
TOOL = ToolDefinition("look", "Looks.", {"type": "object", "properties": {"at": {}}})
PLAIN = ModelTraits(capabilities=frozenset({"chat", "tools"}))
THINKING = ModelTraits(capabilities=frozenset({"chat", "reasoning"}), family="qwen3")
GPT_OSS = ModelTraits(capabilities=frozenset({"chat", "reasoning"}), family="gptoss")


def body(
    request: ModelRequest,
    *,
    traits: ModelTraits = PLAIN,
    profile: Profile = OLLAMA,
    window: int | None = None,
    keep_alive: timedelta | None = None,
) -> dict[str, Any]:
    return chat_body(request, profile=profile, traits=traits, window=window, keep_alive=keep_alive)


def test_a_plain_question_is_as_small_as_can_be() -> None:
    assert body(QUESTION) == snapshot(
        {
            "model": "m",
            "messages": [{"role": "user", "content": "Hi"}],
            "stream": True,
            "truncate": False,
            "shift": False,
        }
    )


def test_images_tools_and_parameters_have_their_places() -> None:
    request = ModelRequest(
        "m",
        (
            RequestMessage("system", (TextPart("Be brief."),)),
            RequestMessage("user", (TextPart("What is it?"), ImagePart("image/png", b"\x89PNG"))),
            RequestMessage(
                "assistant",
                (
                    ReasoningPart("I should look."),
                    TextPart("I look."),
                    ToolCallPart("c1", "look", '{"at": "it"}'),
                    ToolCallPart("c2", "smell", ""),
                ),
            ),
            RequestMessage(
                "tool",
                (
                    ToolResultPart("c1", "a bird", "look"),
                    ToolResultPart("c2", "no nose", failed=True),
                ),
            ),
        ),
        Parameters(
            temperature=0.5,
            top_p=0.9,
            max_tokens=10,
            stop=("END",),
            seed=7,
            reasoning_effort="high",
        ),
        tools=(TOOL, ToolDefinition("smell", "Smells.", {})),
        answer_schema=AnswerSchema("thing", {"type": "object"}),
        whole=True,
    )

    assert body(
        request, traits=THINKING, window=8192, keep_alive=timedelta(minutes=10)
    ) == snapshot(
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is it?", "images": ["iVBORw=="]},
                {
                    "role": "assistant",
                    "content": "I look.",
                    "thinking": "I should look.",
                    "tool_calls": [
                        {"id": "c1", "function": {"name": "look", "arguments": {"at": "it"}}},
                        {"id": "c2", "function": {"name": "smell", "arguments": {}}},
                    ],
                },
                {"role": "tool", "content": "a bird", "tool_name": "look", "tool_call_id": "c1"},
                {
                    "role": "tool",
                    "content": "Error: no nose",
                    "tool_name": "smell",
                    "tool_call_id": "c2",
                },
            ],
            "stream": False,
            "truncate": False,
            "shift": False,
            "tools": [
                {
                    "type": "function",
                    "function": {
                        "name": "look",
                        "description": "Looks.",
                        "parameters": {"type": "object", "properties": {"at": {}}},
                    },
                },
                {
                    "type": "function",
                    "function": {
                        "name": "smell",
                        "description": "Smells.",
                        "parameters": {"type": "object", "properties": {}},
                    },
                },
            ],
            "format": {"type": "object"},
            "options": {
                "temperature": 0.5,
                "top_p": 0.9,
                "num_predict": 10,
                "stop": ["END"],
                "seed": 7,
                "num_ctx": 8192,
            },
            "think": "high",
            "keep_alive": 600.0,
        }
    )


@pytest.mark.parametrize(
    ("traits", "effort", "think"),
    [
        (THINKING, None, None),
        (THINKING, "none", False),
        (THINKING, "low", "low"),
        (THINKING, "medium", "medium"),
        (THINKING, "high", "high"),
        (GPT_OSS, None, None),
        (GPT_OSS, "none", "low"),
        (GPT_OSS, "high", "high"),
        (PLAIN, "none", None),
        (PLAIN, "high", None),
        (ModelTraits(), "high", None),
    ],
)
def test_thinking_is_asked_for_by_what_the_model_can(
    traits: ModelTraits, effort: ReasoningEffort | None, think: object
) -> None:
    request = replace(QUESTION, parameters=Parameters(reasoning_effort=effort))

    assert body(request, traits=traits).get("think") == think


def test_a_call_that_a_model_wrote_wrongly_is_shown_to_it_as_it_was() -> None:
    calls = (ToolCallPart("1", "a", '{"x":'), ToolCallPart("2", "b", "[1]"))
    request = replace(QUESTION, messages=(RequestMessage("assistant", calls),))

    [message] = body(request)["messages"]

    assert [call["function"]["arguments"] for call in message["tool_calls"]] == [
        {"arguments": '{"x":'},
        {"arguments": "[1]"},
    ]


def test_only_thoughts_that_nobody_else_sealed_are_sent_back() -> None:
    thoughts = (
        ReasoningPart("mine"),
        ReasoningPart("sealed", Seal("anthropic", "x")),
    )
    request = replace(QUESTION, messages=(RequestMessage("assistant", thoughts),))

    assert body(request)["messages"] == [{"role": "assistant", "content": "", "thinking": "mine"}]


def test_a_model_that_may_call_nothing_is_not_told_of_tools() -> None:
    assert "tools" not in body(replace(QUESTION, tools=(TOOL,), tool_choice="none"))


@pytest.mark.parametrize("choice", ["required", ForcedTool("look")])
def test_a_forced_call_is_refused_because_ollama_cannot_force_one(choice: ToolChoice) -> None:
    with pytest.raises(ProviderRejectedRequestError, match="the model itself chooses"):
        refuse_forced_tools("Ollama", replace(QUESTION, tools=(TOOL,), tool_choice=choice))


@pytest.mark.parametrize("choice", ["auto", "none"])
def test_a_free_choice_is_not_refused(choice: ToolChoice) -> None:
    refuse_forced_tools("Ollama", replace(QUESTION, tools=(TOOL,), tool_choice=choice))


def test_an_answer_is_continued_from_its_beginning_and_not_thought_about_again() -> None:
    beginning = RequestMessage("assistant", (TextPart("Hel"),))
    cut = replace(
        QUESTION,
        messages=(*QUESTION.messages, beginning),
        continues=True,
        parameters=Parameters(reasoning_effort="high"),
    )

    by_itself = body(cut, traits=THINKING)
    told = body(cut, traits=THINKING, profile=GENERIC)

    assert by_itself["messages"][-1] == {"role": "assistant", "content": "Hel"}
    assert by_itself["think"] is False
    assert told["messages"][-1] == {"role": "user", "content": CONTINUE_INSTRUCTION}
    assert told["think"] == "high"

"""A question in Google's words: each thing in its place, and what a model does not take left out."""

from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot

from arcano.providers import ImagePart, ModelRequest, Parameters, RequestMessage, TextPart
from arcano.providers.adapters.gemini_request import counted_body, generate_content_body
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION
from arcano.providers.profiles import GENERIC
from arcano.providers.request import (
    AnswerSchema,
    ForcedTool,
    ReasoningEffort,
    ReasoningPart,
    RequestPart,
    Seal,
    ToolCallPart,
    ToolChoice,
    ToolDefinition,
    ToolResultPart,
)

NOT_THINKING = "gemini-2.0-flash"
QUESTION = ModelRequest(NOT_THINKING, (RequestMessage("user", (TextPart("Hi"),)),))
LOOK = ToolDefinition(
    "look", "Looks.", {"type": "object", "properties": {"at": {"type": "string"}}}
)


def wire(request: ModelRequest) -> dict[str, Any]:
    return generate_content_body(request, GENERIC)


def sent_back(*parts: RequestPart, model: str = NOT_THINKING) -> list[dict[str, Any]]:
    """The parts of an earlier answer, as they are sent."""
    messages = (*QUESTION.messages, RequestMessage("assistant", parts))
    return wire(replace(QUESTION, model=model, messages=messages))["contents"][1]["parts"]


def test_a_plain_question_is_as_small_as_can_be() -> None:
    assert wire(QUESTION) == snapshot({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]})


def test_instructions_images_tools_and_parameters_have_their_places() -> None:
    request = ModelRequest(
        NOT_THINKING,
        (
            RequestMessage("system", (TextPart("Be brief."),)),
            RequestMessage("user", (TextPart("What is it?"), ImagePart("image/png", b"\x89PNG"))),
            RequestMessage(
                "assistant",
                (
                    TextPart("I look."),
                    ToolCallPart("c1", "look", '{"at":"left"}'),
                    ToolCallPart("c2", "look", ""),
                ),
            ),
            RequestMessage("tool", (ToolResultPart("c1", "a bird", name="look"),)),
            RequestMessage("tool", (ToolResultPart("c2", "too dark", failed=True),)),
            RequestMessage("user", (TextPart("And?"),)),
            RequestMessage("system", (TextPart("Speak Latin."),)),
        ),
        Parameters(temperature=0.5, top_p=0.9, max_tokens=10, stop=("END",), seed=7),
        tools=(LOOK, ToolDefinition("blink", "Blinks.", {"type": "object", "properties": {}})),
        tool_choice=ForcedTool("look"),
        answer_schema=AnswerSchema("bird", {"type": "object"}),
    )

    assert wire(request) == snapshot(
        {
            "contents": [
                {
                    "role": "user",
                    "parts": [
                        {"text": "What is it?"},
                        {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}},
                    ],
                },
                {
                    "role": "model",
                    "parts": [
                        {"text": "I look."},
                        {"functionCall": {"id": "c1", "name": "look", "args": {"at": "left"}}},
                        {"functionCall": {"id": "c2", "name": "look", "args": {}}},
                    ],
                },
                {
                    "role": "user",
                    "parts": [
                        {
                            "functionResponse": {
                                "id": "c1",
                                "name": "look",
                                "response": {"output": "a bird"},
                            }
                        },
                        {
                            "functionResponse": {
                                "id": "c2",
                                "name": "look",
                                "response": {"error": "too dark"},
                            }
                        },
                        {"text": "And?"},
                    ],
                },
            ],
            "systemInstruction": {"parts": [{"text": "Be brief."}, {"text": "Speak Latin."}]},
            "tools": [
                {
                    "functionDeclarations": [
                        {
                            "name": "look",
                            "description": "Looks.",
                            "parametersJsonSchema": {
                                "type": "object",
                                "properties": {"at": {"type": "string"}},
                            },
                        },
                        {"name": "blink", "description": "Blinks."},
                    ]
                }
            ],
            "toolConfig": {
                "functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["look"]}
            },
            "generationConfig": {
                "temperature": 0.5,
                "topP": 0.9,
                "maxOutputTokens": 10,
                "stopSequences": ["END"],
                "seed": 7,
                "responseMimeType": "application/json",
                "responseJsonSchema": {"type": "object"},
            },
        }
    )


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        ("auto", None),
        ("none", {"functionCallingConfig": {"mode": "NONE"}}),
        ("required", {"functionCallingConfig": {"mode": "ANY"}}),
    ],
)
def test_whether_tools_may_be_called_is_a_mode(
    choice: ToolChoice, config: dict[str, Any] | None
) -> None:
    body = wire(replace(QUESTION, tools=(LOOK,), tool_choice=choice))

    assert body.get("toolConfig") == config


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({}, False),
        ({"type": "object", "properties": {}, "additionalProperties": False}, False),
        ({"type": "object", "additionalProperties": True}, True),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}}, True),
    ],
)
def test_only_a_tool_that_takes_nothing_has_no_schema(schema: dict[str, Any], sent: bool) -> None:
    body = wire(replace(QUESTION, tools=(ToolDefinition("t", "", schema),)))

    assert ("parametersJsonSchema" in body["tools"][0]["functionDeclarations"][0]) is sent


@pytest.mark.parametrize(
    ("model", "effort", "thinking"),
    [
        ("gemini-2.0-flash", "high", None),
        ("gemma-3-27b-it", "low", None),
        ("gemini-2.5-flash", None, {"includeThoughts": True}),
        ("gemini-2.5-flash", "none", {"thinkingBudget": 0}),
        ("gemini-2.5-flash", "low", {"includeThoughts": True, "thinkingBudget": 1024}),
        ("gemini-2.5-flash-lite", None, None),
        ("gemini-2.5-flash-lite", "medium", {"includeThoughts": True, "thinkingBudget": 8192}),
        ("gemini-2.5-pro", "none", {"thinkingBudget": 128}),
        ("models/gemini-2.5-pro", "high", {"includeThoughts": True, "thinkingBudget": 24576}),
        ("gemini-3-pro-preview", "medium", {"includeThoughts": True, "thinkingLevel": "HIGH"}),
        ("gemini-3-pro-preview", "none", {"thinkingLevel": "LOW"}),
        ("gemini-3-flash-preview", "none", {"thinkingLevel": "MINIMAL"}),
        ("gemini-3.8-flash", "none", {"thinkingLevel": "LOW"}),
        ("gemini-3.8-flash", "medium", {"includeThoughts": True, "thinkingLevel": "MEDIUM"}),
        ("gemini-3.5-flash-lite", None, None),
        ("gemini-9-unheard-of", None, {"includeThoughts": True}),
        ("gemini-2.5-flash-preview-tts", "low", None),
    ],
)
def test_how_much_to_think_is_said_as_each_model_understands_it(
    model: str, effort: ReasoningEffort | None, thinking: dict[str, Any] | None
) -> None:
    body = wire(replace(QUESTION, model=model, parameters=Parameters(reasoning_effort=effort)))

    assert body.get("generationConfig", {}).get("thinkingConfig") == thinking


def test_a_model_without_instructions_reads_them_before_the_question() -> None:
    messages = (RequestMessage("system", (TextPart("Be brief."),)), *QUESTION.messages)

    body = wire(replace(QUESTION, model="gemma-3-27b-it", messages=messages))

    assert body == {
        "contents": [{"role": "user", "parts": [{"text": "Be brief."}, {"text": "Hi"}]}]
    }


def test_signed_words_go_back_as_the_part_they_were_and_are_joined_with_no_other() -> None:
    parts = sent_back(
        TextPart("Well, "), TextPart("yes.", Seal("gemini", "c2ln")), TextPart(" And no.")
    )

    assert parts == [
        {"text": "Well, "},
        {"text": "yes.", "thoughtSignature": "c2ln"},
        {"text": " And no."},
    ]


def test_a_signature_without_words_goes_back_without_words() -> None:
    parts = sent_back(TextPart("Well."), TextPart("", Seal("gemini", "c2ln")))

    assert parts == [{"text": "Well."}, {"text": "", "thoughtSignature": "c2ln"}]


def test_where_thoughts_were_signed_the_signature_goes_on_the_words_after_them() -> None:
    parts = sent_back(
        ReasoningPart("a", Seal("gemini", "cw==")),
        TextPart("One."),
        ReasoningPart("b", Seal("gemini", "dA==")),
        TextPart("Two."),
        ReasoningPart("c", Seal("gemini", "dQ==")),
    )

    assert parts == [
        {"text": "One.", "thoughtSignature": "cw=="},
        {"text": "Two.", "thoughtSignature": "dA=="},
        {"text": "", "thoughtSignature": "dQ=="},
    ]


def test_a_seal_before_a_call_keeps_its_place() -> None:
    parts = sent_back(ReasoningPart("a", Seal("gemini", "cw==")), ToolCallPart("c", "look", "{}"))

    assert parts == [
        {"text": "", "thoughtSignature": "cw=="},
        {"functionCall": {"id": "c", "name": "look", "args": {}}},
    ]


def test_what_another_vendor_sealed_stays_at_home() -> None:
    parts = sent_back(
        ReasoningPart("Hm.", Seal("anthropic", "msg_1")),
        ReasoningPart("Hm."),
        TextPart("Well.", Seal("openai", "c2ln")),
        ToolCallPart("c", "look", "{}", seal=Seal("openai", "fc_123")),
    )

    assert parts == [
        {"text": "Well."},
        {"functionCall": {"id": "c", "name": "look", "args": {}}},
    ]


def test_a_call_goes_back_with_its_own_seal() -> None:
    part = sent_back(ToolCallPart("c", "look", "{}", seal=Seal("gemini", "c2ln")))[0]

    assert part["thoughtSignature"] == "c2ln"


def test_a_model_that_wants_calls_signed_is_told_where_it_made_none() -> None:
    calls = (
        ToolCallPart("c1", "look", "{}", seal=Seal("openai", "fc_1")),
        ToolCallPart("c2", "look", "{}"),
    )

    signatures = [
        part.get("thoughtSignature") for part in sent_back(*calls, model="gemini-3-flash-preview")
    ]

    assert signatures == ["skip_thought_signature_validator", None]


@pytest.mark.parametrize("broken", ['{"at": "le', "[1]", " "])
def test_arguments_that_are_no_object_are_shown_as_they_were(broken: str) -> None:
    part = sent_back(ToolCallPart("c", "look", broken))[0]

    assert part["functionCall"]["args"] == {"arguments": broken}


@pytest.mark.parametrize("empty", ["", "null", "{}"])
def test_no_arguments_are_an_empty_object(empty: str) -> None:
    part = sent_back(ToolCallPart("c", "look", empty))[0]

    assert part["functionCall"]["args"] == {}


def test_nothing_said_is_not_sent() -> None:
    messages = (
        RequestMessage("assistant", (TextPart(""),)),
        *QUESTION.messages,
        RequestMessage("assistant", ()),
    )

    assert wire(replace(QUESTION, messages=messages)) == wire(QUESTION)


def test_only_a_server_that_cannot_continue_by_itself_is_told_to() -> None:
    cut = replace(
        QUESTION,
        messages=(*QUESTION.messages, RequestMessage("assistant", (TextPart("Hel"),))),
        continues=True,
    )

    told = wire(cut)["contents"]
    by_itself = generate_content_body(cut, replace(GENERIC, continues_answers=True))["contents"]

    assert told[-1] == {"role": "user", "parts": [{"text": CONTINUE_INSTRUCTION}]}
    assert by_itself == told[:-1]
    assert by_itself[-1] == {"role": "model", "parts": [{"text": "Hel"}]}


def test_what_is_counted_is_all_that_is_read() -> None:
    messages = (RequestMessage("system", (TextPart("Be brief."),)), *QUESTION.messages)
    request = replace(QUESTION, messages=messages, parameters=Parameters(max_tokens=3))

    assert counted_body("models/m", request, GENERIC) == snapshot(
        {
            "generateContentRequest": {
                "model": "models/m",
                "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
                "systemInstruction": {"parts": [{"text": "Be brief."}]},
            }
        }
    )

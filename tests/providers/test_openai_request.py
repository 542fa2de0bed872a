"""A question in OpenAI's words."""

from dataclasses import replace

from inline_snapshot import snapshot

from arcano.providers import (
    ImagePart,
    ModelRequest,
    Parameters,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION, chat_completion_body
from arcano.providers.profiles import GENERIC, LLAMA_CPP, OPENAI

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

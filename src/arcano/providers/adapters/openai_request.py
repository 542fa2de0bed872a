"""A question in the words of OpenAI's chat completions.

Source: OpenAI API reference, "Create chat completion".
"""

from base64 import b64encode
from typing import Any, assert_never

from arcano.providers.profiles import Profile
from arcano.providers.request import (
    ImagePart,
    ModelRequest,
    Parameters,
    ReasoningPart,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

CONTINUE_INSTRUCTION = (
    "Your last answer was cut off. Continue it exactly where it ends. "
    "Repeat nothing and do not comment on the interruption."
)


def chat_completion_body(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """The JSON body that asks for a streamed answer."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [wire for message in request.messages for wire in _wire_messages(message)],
        "stream": True,
        **_wire_parameters(request.parameters, profile),
    }
    if request.continues and not profile.continues_answers:
        body["messages"].append({"role": "user", "content": CONTINUE_INSTRUCTION})
    if profile.reports_usage:
        body["stream_options"] = {"include_usage": True}
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                },
            }
            for tool in request.tools
        ]
    return body


def _wire_parameters(parameters: Parameters, profile: Profile) -> dict[str, Any]:
    fields = {
        "temperature": parameters.temperature,
        "top_p": parameters.top_p,
        profile.max_tokens_field: parameters.max_tokens,
        "stop": list(parameters.stop) or None,
        "seed": parameters.seed,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _wire_messages(message: RequestMessage) -> list[dict[str, Any]]:
    """One of our messages is one of theirs, but for tool results, which they want one by one."""
    content: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for part in message.parts:
        match part:
            case TextPart(text):
                content.append({"type": "text", "text": text})
            case ImagePart(media_type, data):
                url = f"data:{media_type};base64,{b64encode(data).decode()}"
                content.append({"type": "image_url", "image_url": {"url": url}})
            case ReasoningPart():
                # These servers take no reasoning back.
                pass
            case ToolCallPart(call_id, name, arguments):
                function = {"name": name, "arguments": arguments}
                calls.append({"id": call_id, "type": "function", "function": function})
            case ToolResultPart(call_id, text):
                results.append({"role": "tool", "tool_call_id": call_id, "content": text})
            case _:
                assert_never(part)
    if results:
        return results
    wire: dict[str, Any] = {"role": message.role, "content": _plain_if_only_text(content)}
    if calls:
        wire["tool_calls"] = calls
    return [wire]


def _plain_if_only_text(content: list[dict[str, Any]]) -> str | list[dict[str, Any]]:
    """A string where possible: small servers understand nothing else."""
    if all(part["type"] == "text" for part in content):
        return "\n".join(part["text"] for part in content)
    return content

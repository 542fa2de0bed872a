"""A question in the words of OpenAI's Responses API.

Source: OpenAI API reference, "Create a model response"; guides "Migrate to the Responses API", "Reasoning
models" (section "Encrypted reasoning items") and "Conversation state". Nothing is stored at OpenAI: the whole
conversation goes along each time, and the model's thoughts with it, sealed by OpenAI.
"""

from typing import Any, assert_never

import orjson

from arcano.providers.adapters.answer_schema import takes_strict
from arcano.providers.adapters.openai_request import (
    CONTINUE_INSTRUCTION,
    data_url,
    result_text,
)
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.profiles import Profile
from arcano.providers.request import (
    ForcedTool,
    ImagePart,
    ModelRequest,
    ReasoningPart,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)

VENDOR = "openai-responses"
"""Whose seals these are."""

_SEALED = ("type", "id", "summary", "encrypted_content")


def response_body(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """The JSON body that asks for an answer."""
    return {
        **input_fields(request, profile),
        **_wire_parameters(request, profile),
        "stream": not request.whole,
        "store": False,
    }


def input_fields(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """What the model will read: all that counts as input tokens."""
    messages = list(request.messages)
    instructions: list[str] = []
    while messages and messages[0].role == "system":
        instructions += [part.text for part in messages.pop(0).parts if isinstance(part, TextPart)]
    items = [item for message in messages for item in _wire_items(message)]
    if request.continues:
        # A last message of the assistant is always answered here, never continued.
        items.append({"role": "user", "content": CONTINUE_INSTRUCTION})
    body: dict[str, Any] = {"model": request.model, "input": items}
    if instructions:
        body["instructions"] = "\n".join(instructions)
    if request.tools:
        body.update(_wire_tools(request, profile))
    if request.answer_schema:
        body["text"] = {
            "format": {
                "type": "json_schema",
                "name": request.answer_schema.name,
                "schema": request.answer_schema.schema,
                "strict": takes_strict(request.answer_schema.schema),
            }
        }
    if "reasoning" not in profile.refused_by(request.model):
        effort = request.parameters.reasoning_effort
        body["reasoning"] = {"summary": "auto", **({"effort": effort} if effort else {})}
    return body


def _wire_parameters(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """`stop` and `seed` do not exist here."""
    asked, refused = request.parameters, profile.refused_by(request.model)
    fields: dict[str, Any] = {
        "temperature": asked.temperature,
        "top_p": asked.top_p,
        "max_output_tokens": asked.max_tokens,
    }
    if "reasoning" not in refused:
        fields["include"] = ["reasoning.encrypted_content"]
    return {
        name: value for name, value in fields.items() if value is not None and name not in refused
    }


def _wire_tools(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    fields: dict[str, Any] = {"tools": [_wire_tool(tool) for tool in request.tools]}
    match request.tool_choice:
        case "auto":
            pass
        case "none" | "required":
            fields["tool_choice"] = request.tool_choice
        case ForcedTool(name):
            fields["tool_choice"] = {"type": "function", "name": name}
        case _:
            assert_never(request.tool_choice)
    if not request.parallel_tools and "parallel_tools" not in profile.refused_by(request.model):
        fields["parallel_tool_calls"] = False
    return fields


def _wire_tool(tool: ToolDefinition) -> dict[str, Any]:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        # Unsaid it would be true, and a schema that strict mode does not take a refusal.
        "strict": tool.strict,
    }


def _wire_items(message: RequestMessage) -> list[dict[str, Any]]:
    """One of our messages is several items: what is said, thought, called and given, in its order."""
    items: list[dict[str, Any]] = []
    for part in message.parts:
        match part:
            case TextPart(text):
                _say(items, message, {"type": "input_text", "text": text})
            case ImagePart():
                image = {"type": "input_image", "detail": "auto", "image_url": data_url(part)}
                _say(items, message, image)
            case ReasoningPart():
                items += _wire_thought(part)
            case ToolCallPart(call_id, name, arguments):
                call = {"call_id": call_id, "name": name, "arguments": arguments}
                items.append({"type": "function_call", **call})
            case ToolResultPart(call_id):
                output = {"call_id": call_id, "output": result_text(part)}
                items.append({"type": "function_call_output", **output})
            case _:
                assert_never(part)
    while items and items[-1].get("type") == "reasoning":
        # A thought is taken only together with what followed from it.
        items.pop()
    return [_plain_if_only_text(item) for item in items]


def _say(items: list[dict[str, Any]], message: RequestMessage, part: dict[str, Any]) -> None:
    """Add a part to the message being said, or begin one."""
    if items and "content" in items[-1]:
        items[-1]["content"].append(part)
    else:
        # Beside its results a tool has a voice only in the person's name.
        role = "user" if message.role == "tool" else message.role
        items.append({"role": role, "content": [part]})


def _plain_if_only_text(item: dict[str, Any]) -> dict[str, Any]:
    """A message as a string where possible: what the assistant said may not be of the kind `input_text`."""
    content: list[dict[str, Any]] = item.get("content", [{}])
    if item.get("type") == "reasoning" or not all("text" in part for part in content):
        return item
    return {**item, "content": "\n".join(part["text"] for part in content)}


def _wire_thought(part: ReasoningPart) -> list[dict[str, Any]]:
    """The item as OpenAI gave it. What others thought, or what was not sealed, is not taken."""
    if part.seal is None or part.seal.vendor != VENDOR:
        return []
    try:
        item = as_object(orjson.loads(part.seal.proof))
    except orjson.JSONDecodeError:
        return []
    return [item] if item.get("type") == "reasoning" and item.get("encrypted_content") else []


def seal_of(item: dict[str, Any]) -> str | None:
    """A thought of the model as it is to be sent back; None where it has nothing to send."""
    if not item.get("encrypted_content"):
        return None
    return orjson.dumps({name: item[name] for name in _SEALED if name in item}).decode()

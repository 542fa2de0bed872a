"""A question in the words of OpenAI's chat completions.

Source: OpenAI API reference, "Create chat completion"; guides "Function calling" and "Structured Outputs".
What differs between servers of this format comes from the profile.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any, assert_never

from arcano.providers.adapters.answer_schema import takes_strict
from arcano.providers.profiles import Profile
from arcano.providers.request import (
    AnswerSchema,
    ForcedTool,
    ImagePart,
    ModelRequest,
    Parameters,
    ReasoningEffort,
    ReasoningPart,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)

CONTINUE_INSTRUCTION = (
    "Your last answer was cut off. Continue it exactly where it ends. "
    "Repeat nothing and do not comment on the interruption."
)


def chat_completion_body(
    request: ModelRequest,
    profile: Profile,
    *,
    wire: Callable[[RequestMessage], list[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """The JSON body that asks for an answer. `wire` says a message where a server says it otherwise."""
    wire = wire or wire_messages
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [said for message in request.messages for said in wire(message)],
        "stream": not request.whole,
        **_wire_parameters(request, profile),
    }
    if request.continues:
        if profile.continues_answers:
            body.update(profile.continuing)
        else:
            body["messages"].append({"role": "user", "content": CONTINUE_INSTRUCTION})
    if profile.reports_usage and not request.whole:
        body["stream_options"] = {"include_usage": True}
    if request.tools:
        body.update(_wire_tools(request, profile))
    if request.answer_schema:
        body["response_format"] = _wire_schema(request.answer_schema)
    return body


def _wire_parameters(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    asked = request.parameters
    fields = wire_sampling(request.model, asked, profile, max_tokens_field=profile.max_tokens_field)
    name, value = _wire_effort(asked.reasoning_effort, profile)
    if value is not None and "reasoning" not in profile.refused_by(request.model):
        fields[name] = value
    return fields


def wire_sampling(
    model: str, asked: Parameters, profile: Profile, *, max_tokens_field: str
) -> dict[str, Any]:
    """How to choose words and when to end, as far as the model takes it."""
    refused = profile.refused_by(model)
    fields = {
        "temperature": ("temperature", asked.temperature),
        "top_p": ("top_p", asked.top_p),
        "max_tokens": (max_tokens_field, asked.max_tokens),
        "stop": ("stop", list(asked.stop) or None),
        "seed": (profile.seed_field, asked.seed),
    }
    return {
        name: value
        for ours, (name, value) in fields.items()
        if value is not None and ours not in refused
    }


def _wire_effort(effort: ReasoningEffort | None, profile: Profile) -> tuple[str, Any]:
    if effort is not None and profile.effort == "object":
        return "reasoning", {"effort": effort}
    if effort == "none" and profile.effort == "template":
        return "chat_template_kwargs", {"enable_thinking": False}
    return "reasoning_effort", effort


def _wire_tools(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """The tools and whether they must be used. `auto` is every server's default, and not said."""
    tools = request.tools
    fields: dict[str, Any] = {}
    match request.tool_choice:
        case "auto":
            pass
        case "none":
            fields["tool_choice"] = "none"
        case "required":
            fields["tool_choice"] = profile.required_tool
        case ForcedTool(name) if profile.names_forced_tool:
            fields["tool_choice"] = {"type": "function", "function": {"name": name}}
        case ForcedTool(name):
            # Told to call one, and shown but this one, it has no choice either.
            fields["tool_choice"] = profile.required_tool
            tools = tuple(tool for tool in tools if tool.name == name) or tools
        case _:
            assert_never(request.tool_choice)
    if not request.parallel_tools and "parallel_tools" not in profile.refused_by(request.model):
        fields["parallel_tool_calls"] = False
    return {"tools": [_wire_tool(tool) for tool in tools], **fields}


def _wire_tool(tool: ToolDefinition) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
            **({"strict": True} if tool.strict else {}),
        },
    }


def _wire_schema(schema: AnswerSchema) -> dict[str, Any]:
    described: dict[str, Any] = {"name": schema.name, "schema": schema.schema}
    if takes_strict(schema.schema):
        described["strict"] = True
    return {"type": "json_schema", "json_schema": described}


def wire_messages(message: RequestMessage) -> list[dict[str, Any]]:
    """One of our messages is one of theirs, but for tool results, which they want one by one."""
    content: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for part in message.parts:
        match part:
            case TextPart(text):
                content.append({"type": "text", "text": text})
            case ImagePart():
                content.append({"type": "image_url", "image_url": {"url": data_url(part)}})
            case ReasoningPart():
                # These servers take no reasoning back.
                pass
            case ToolCallPart(call_id, name, arguments):
                function = {"name": name, "arguments": arguments}
                calls.append({"id": call_id, "type": "function", "function": function})
            case ToolResultPart(call_id):
                text = result_text(part)
                results.append({"role": "tool", "tool_call_id": call_id, "content": text})
            case _:
                assert_never(part)
    if results and not content:
        return results
    # Beside its results a tool has a voice only in the person's name.
    role = "user" if message.role == "tool" else message.role
    said: dict[str, Any] = {"role": role, "content": plain_if_only_text(content)}
    if calls:
        said["tool_calls"] = calls
    return [*results, said]


def data_url(image: ImagePart) -> str:
    """An image where an address is wanted."""
    return f"data:{image.media_type};base64,{b64encode(image.data).decode()}"


def result_text(result: ToolResultPart) -> str:
    """What a tool gave, for formats that cannot say otherwise that it failed."""
    return f"Error: {result.text}" if result.failed else result.text


def plain_if_only_text(content: list[dict[str, Any]]) -> str | list[dict[str, Any]]:
    """A string where possible: small servers understand nothing else."""
    if all(part["type"] == "text" for part in content):
        return "\n".join(part["text"] for part in content)
    return content

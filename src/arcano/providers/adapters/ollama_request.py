"""A question in the words of Ollama's own chat.

Source: Ollama API reference, "Generate a chat completion"; documentation, "Thinking", "Tool calling" and
"Structured outputs". Ollama has no word for calling one tool at a time: `parallel_tools` changes nothing.
"""

from base64 import b64encode
from datetime import timedelta
from typing import Any, assert_never

import orjson

from arcano.providers.adapters.ollama_shelf import ModelTraits
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.errors import ProviderRejectedRequestError
from arcano.providers.profiles import Profile
from arcano.providers.provider import OfferedModel
from arcano.providers.request import (
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
from arcano.providers.takes import Takes

VENDOR = "ollama"
_ALWAYS_THINK = frozenset({"gptoss", "gpt-oss"})
"""Families that know levels of thinking, but not none of it."""


def takes_of(offered: OfferedModel) -> Takes:
    """What this model takes. Ollama says of every model whether it thinks."""
    told = offered.capabilities
    thinks = told is None or "reasoning" in told
    return Takes(efforts=Takes().efforts if thinks else ())


def refuse_forced_tools(provider: str, request: ModelRequest) -> None:
    """Say at once what Ollama cannot do: its chat has no `tool_choice`, the model always chooses.

    Raises:
        ProviderRejectedRequestError: A tool must be called for sure.
    """
    if request.tools and request.tool_choice not in ("auto", "none"):
        raise ProviderRejectedRequestError(
            f"{provider} cannot be made to call a tool: with Ollama the model itself chooses. "
            "Let it choose, or choose a model elsewhere."
        )


def chat_body(
    request: ModelRequest,
    *,
    profile: Profile,
    traits: ModelTraits,
    window: int | None,
    keep_alive: timedelta | None,
) -> dict[str, Any]:
    """The JSON body of `/api/chat`."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": _wire_messages(request.messages),
        "stream": not request.whole,
        # What does not fit is an error, and never left out in silence.
        "truncate": False,
        "shift": False,
    }
    if request.continues and not profile.continues_answers:
        body["messages"].append({"role": "user", "content": CONTINUE_INSTRUCTION})
    if request.tools and request.tool_choice != "none":
        body["tools"] = [_wire_tool(tool) for tool in request.tools]
    if request.answer_schema:
        body["format"] = request.answer_schema.schema
    if options := _told_options(request) | _options(request.parameters, window):
        body["options"] = options
    think = _think(request, traits=traits, continued=profile.continues_answers)
    if think is not None:
        body["think"] = think
    if keep_alive is not None:
        body["keep_alive"] = wire_duration(keep_alive)
    return body


def wire_duration(duration: timedelta) -> float:
    """Seconds; a negative duration, which means for ever, stays negative."""
    return duration.total_seconds()


def _told_options(request: ModelRequest) -> dict[str, Any]:
    """What somebody who speaks to us as to an Ollama says that only an Ollama understands."""
    if request.wire is None:
        return {}
    told = as_object(request.wire.body.get("options"))
    names = [name.removeprefix("options.") for name in request.wire.beyond]
    return {name: told[name] for name in names if name in told}


def _options(parameters: Parameters, window: int | None) -> dict[str, Any]:
    fields = {
        "temperature": parameters.temperature,
        "top_p": parameters.top_p,
        "num_predict": parameters.max_tokens,
        "stop": list(parameters.stop) or None,
        "seed": parameters.seed,
        "num_ctx": window,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _think(request: ModelRequest, *, traits: ModelTraits, continued: bool) -> bool | str | None:
    """How much to think, as far as the model can be told; None leaves it to the model."""
    effort: ReasoningEffort | None = request.parameters.reasoning_effort
    if request.continues and continued:
        # The answer has begun, so the thinking is over; llama.cpp refuses to do both.
        effort = "none"
    if effort is None or not traits.can("reasoning"):
        return None
    if effort == "none":
        return "low" if traits.family in _ALWAYS_THINK else False
    return effort


def _wire_tool(tool: ToolDefinition) -> dict[str, Any]:
    # Templates walk through `properties` without looking whether there are any.
    parameters: dict[str, Any] = {"type": "object", "properties": {}, **tool.parameters}
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": parameters,
        },
    }


def _wire_messages(messages: tuple[RequestMessage, ...]) -> list[dict[str, Any]]:
    """One of our messages is one of theirs, but for tool results, which they want one by one."""
    names = {
        part.call_id: part.name
        for message in messages
        for part in message.parts
        if isinstance(part, ToolCallPart)
    }
    wire: list[dict[str, Any]] = []
    for message in messages:
        results = [part for part in message.parts if isinstance(part, ToolResultPart)]
        if results:
            wire += [_wire_result(part, name=names.get(part.call_id, "")) for part in results]
        else:
            wire.append(_wire_message(message))
    return wire


def _wire_message(message: RequestMessage) -> dict[str, Any]:
    texts: list[str] = []
    thoughts: list[str] = []
    images: list[str] = []
    calls: list[dict[str, Any]] = []
    for part in message.parts:
        match part:
            case TextPart(text):
                texts.append(text)
            case ImagePart(data=data):
                images.append(b64encode(data).decode())
            case ReasoningPart(text):
                thoughts += [text] if _is_ours(part) else []
            case ToolCallPart(call_id, name, arguments):
                function = {"name": name, "arguments": _arguments(arguments)}
                calls.append({"id": call_id, "function": function})
            case ToolResultPart():
                pass  # written one by one by the caller
            case _:
                assert_never(part)
    wire: dict[str, Any] = {"role": message.role, "content": "\n".join(texts)}
    if thoughts:
        wire["thinking"] = "\n".join(thoughts)
    if images:
        wire["images"] = images
    if calls:
        wire["tool_calls"] = calls
    return wire


def _is_ours(part: ReasoningPart) -> bool:
    """Ollama seals nothing: what is sealed is another format's."""
    return part.seal is None


def _wire_result(part: ToolResultPart, *, name: str) -> dict[str, Any]:
    return {
        "role": "tool",
        "content": f"Error: {part.text}" if part.failed else part.text,
        "tool_name": part.name or name,
        "tool_call_id": part.call_id,
    }


def _arguments(text: str) -> dict[str, Any]:
    """The object that Ollama wants. What a model wrote wrongly is shown to it as it was."""
    try:
        parsed = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        parsed = None
    return as_object(parsed) if isinstance(parsed, dict) else {"arguments": text}

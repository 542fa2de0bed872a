"""A question in the words of Google's `generateContent`.

Source: Gemini API reference, "Generating content" (`GenerateContentRequest`, `Content`, `Part`,
`GenerationConfig`) and "Caching" (`Tool`, `ToolConfig`); the guides "Function calling" and "Thought
signatures".
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, assert_never

import orjson

from arcano.providers.adapters.gemini_models import GeminiFamily, family_of, thinking_config
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.profiles import Profile
from arcano.providers.request import (
    ForcedTool,
    ImagePart,
    ModelRequest,
    ReasoningPart,
    RequestMessage,
    Seal,
    TextPart,
    ToolCallPart,
    ToolChoice,
    ToolDefinition,
    ToolResultPart,
)

VENDOR = "gemini"
"""Whose seals these are."""

UNSIGNED_CALL = "skip_thought_signature_validator"
"""What Google wants in place of a signature on a call that its model did not make itself."""

_SAYS_NOTHING = {"type", "properties", "required", "title", "description", "$schema"}


def generate_content_body(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """The JSON body that asks for an answer, streamed or not: the address says which."""
    family = family_of(request.model)
    contents = _contents(request.messages, family)
    instructions = _instructions(request.messages)
    if request.continues and not profile.continues_answers:
        _add(contents, "user", [{"text": CONTINUE_INSTRUCTION}])
    body: dict[str, Any] = {"contents": contents}
    if instructions and family.takes_instructions:
        body["systemInstruction"] = {"parts": instructions}
    elif instructions:
        _put_first(contents, instructions)
    if request.tools:
        declarations = [_declaration(tool) for tool in request.tools]
        body["tools"] = [{"functionDeclarations": declarations}]
        if calling := _calling_config(request.tool_choice):
            body["toolConfig"] = {"functionCallingConfig": calling}
    if config := _generation_config(request):
        body["generationConfig"] = config
    return body


def counted_body(resource: str, request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """The JSON body that asks how many tokens `request` is, its instructions and tools included."""
    body = generate_content_body(request, profile)
    body.pop("generationConfig", None)  # it is not read by the model
    return {"generateContentRequest": {"model": resource, **body}}


def _generation_config(request: ModelRequest) -> dict[str, Any]:
    parameters = request.parameters
    schema = request.answer_schema
    fields = {
        "temperature": parameters.temperature,
        "topP": parameters.top_p,
        "maxOutputTokens": parameters.max_tokens,
        "stopSequences": list(parameters.stop) or None,
        "seed": parameters.seed,
        "responseMimeType": "application/json" if schema else None,
        "responseJsonSchema": schema.schema if schema else None,
        "thinkingConfig": thinking_config(request.model, parameters.reasoning_effort) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _declaration(tool: ToolDefinition) -> dict[str, Any]:
    """A function that takes nothing has no schema: an object without properties is refused."""
    wire: dict[str, Any] = {"name": tool.name, "description": tool.description}
    schema = {name: value for name, value in tool.parameters.items() if value}
    if schema.get("properties") or not schema.keys() <= _SAYS_NOTHING:
        wire["parametersJsonSchema"] = tool.parameters
    return wire


def _calling_config(choice: ToolChoice) -> dict[str, Any]:
    match choice:
        case "auto":
            return {}
        case "none":
            return {"mode": "NONE"}
        case "required":
            return {"mode": "ANY"}
        case ForcedTool(name):
            return {"mode": "ANY", "allowedFunctionNames": [name]}
        case _:
            assert_never(choice)


def _instructions(messages: Iterable[RequestMessage]) -> list[dict[str, Any]]:
    """Google knows one instruction, apart from the conversation; here are all of them, in order."""
    return [
        {"text": part.text}
        for message in messages
        if message.role == "system"
        for part in message.parts
        if isinstance(part, TextPart) and part.text
    ]


def _contents(messages: Sequence[RequestMessage], family: GeminiFamily) -> list[dict[str, Any]]:
    """The conversation in turns of `user` and `model`: neighbours that are of one role are one turn.

    So the results of parallel calls come together, as many as there were calls, which Google insists on.
    """
    names = {
        part.call_id: part.name
        for message in messages
        for part in message.parts
        if isinstance(part, ToolCallPart)
    }
    contents: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "assistant":
            _add(contents, "model", _model_parts(message))
        elif message.role != "system":
            _add(contents, "user", _user_parts(message, names))
    if family.signs_calls:
        for content in contents:
            _excuse_unsigned_calls(content)
    return contents


def _add(contents: list[dict[str, Any]], role: str, parts: list[dict[str, Any]]) -> None:
    if contents and contents[-1]["role"] == role:
        contents[-1]["parts"].extend(parts)
    elif parts:
        contents.append({"role": role, "parts": parts})


def _put_first(contents: list[dict[str, Any]], parts: list[dict[str, Any]]) -> None:
    if contents and contents[0]["role"] == "user":
        contents[0]["parts"][:0] = parts
    else:
        contents.insert(0, {"role": "user", "parts": parts})


def _user_parts(message: RequestMessage, names: dict[str, str]) -> list[dict[str, Any]]:
    wire: list[dict[str, Any]] = []
    for part in message.parts:
        match part:
            case TextPart(text):
                if text:
                    wire.append({"text": text})
            case ImagePart(media_type, data):
                inline = {"mimeType": media_type, "data": b64encode(data).decode()}
                wire.append({"inlineData": inline})
            case ToolResultPart(call_id, text, name, failed):
                response = {
                    "id": call_id,
                    "name": name or names.get(call_id, call_id),
                    "response": {"error" if failed else "output": text},
                }
                wire.append({"functionResponse": response})
            case ReasoningPart() | ToolCallPart():
                pass  # a person neither seals thoughts nor calls tools
            case _:
                assert_never(part)
    return wire


def _model_parts(message: RequestMessage) -> list[dict[str, Any]]:
    """The parts of an answer given earlier, each signature on the part that it was on.

    Gemini signs what it says. Its guide forbids to join a signed part with another, so that words with a
    signature, and a signature without words, stay parts of their own. Where it signed a thought, the
    signature goes on the words that follow: thoughts themselves are not sent back.
    """
    wire: list[dict[str, Any]] = []
    waiting: str | None = None
    for part in message.parts:
        match part:
            case TextPart(text, seal):
                signature = _own(seal)
                if signature:
                    wire += _signature_alone(waiting)
                if text or signature:
                    wire.append(_signed({"text": text}, signature or waiting))
                    waiting = None
            case ReasoningPart(_, seal):
                if signature := _own(seal):
                    wire += _signature_alone(waiting)
                    waiting = signature
            case ToolCallPart(call_id, name, arguments, seal):
                wire += _signature_alone(waiting)
                waiting = None
                call = {"id": call_id, "name": name, "args": _arguments(arguments)}
                wire.append(_signed({"functionCall": call}, _own(seal)))
            case ImagePart() | ToolResultPart():
                pass  # a model of ours gives neither
            case _:
                assert_never(part)
    return wire + _signature_alone(waiting)


def _signed(part: dict[str, Any], signature: str | None) -> dict[str, Any]:
    if signature:
        part["thoughtSignature"] = signature
    return part


def _signature_alone(signature: str | None) -> list[dict[str, Any]]:
    """A signature without words, as streams bring it too."""
    return [{"text": "", "thoughtSignature": signature}] if signature else []


def _own(seal: Seal | None) -> str | None:
    """Google refuses what another vendor sealed."""
    return seal.proof if seal is not None and seal.vendor == VENDOR else None


def _excuse_unsigned_calls(content: dict[str, Any]) -> None:
    """Of the calls in one turn only the first must be signed; one from another vendor cannot be."""
    for part in content["parts"]:
        if "functionCall" in part:
            part.setdefault("thoughtSignature", UNSIGNED_CALL)
            return


def _arguments(text: str) -> dict[str, Any]:
    """The arguments as an object; what is none (a call that was cut short) is shown as it was."""
    try:
        arguments: Any = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {"arguments": text}
    if arguments is None or isinstance(arguments, dict):
        return as_object(arguments)
    return {"arguments": text}

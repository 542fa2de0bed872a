"""A question in the words of Google's `generateContent`, read.

Source: Gemini API reference, "Generating content" and "Caching" (`Tool`, `ToolConfig`); the guides "Function calling"
and "Thinking". What cannot be said in our words is named in `WireRequest.beyond`: it reaches a target that speaks the
same format, and is refused by name at any other.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter

from arcano.gateway.efforts import Budgets, effort_within
from arcano.gateway.gemini.contents import Conversation
from arcano.gateway.gemini.schema_words import json_schema_of
from arcano.gateway.gemini.schemas import GenerateDraft, GenerationConfig
from arcano.platform.errors import InvalidInputError
from arcano.providers import (
    AnswerSchema,
    ForcedTool,
    ModelRequest,
    Parameters,
    ReasoningEffort,
    ToolChoice,
    ToolDefinition,
    WireRequest,
)

DIALECT = "gemini"

_DRAFT = TypeAdapter(GenerateDraft)
_LEVELS: dict[str, ReasoningEffort] = {
    "MINIMAL": "low",
    "LOW": "low",
    "MEDIUM": "medium",
    "HIGH": "high",
    "XHIGH": "high",
}
_BUDGETS: Budgets = ((0, "none"), (1024, "low"), (8192, "medium"))

_SAYS_NOTHING = frozenset({"model", "labels", "store", "serviceTier", "service_tier"})
"""What changes nothing about the answer, or stands in the address already."""
_USUAL: dict[str, Any] = {
    "responseModalities": ["TEXT"],
    "response_modalities": ["TEXT"],
    "responseLogprobs": False,
    "response_logprobs": False,
    "presencePenalty": 0,
    "frequencyPenalty": 0,
    "safetySettings": [],
    "safety_settings": [],
}
"""What says the same as leaving it out."""


@dataclass(frozen=True, slots=True)
class AskedContent:
    """A question, and how its answer is wanted."""

    request: ModelRequest
    thoughts_wanted: bool


def read_generate(model: str, body: dict[str, Any], *, stream: bool) -> AskedContent:
    """What a body asks of `model`.

    Raises:
        ValidationError: It is not what the API says; names the field.
        InvalidInputError: The same, where only several fields together tell.
    """
    draft = _DRAFT.validate_python(body)
    config = draft.generation_config or GenerationConfig()
    beyond = [*_beyond(draft), *_beyond(config, "generationConfig.")]
    if config.candidate_count not in (None, 1):
        beyond.append("generationConfig.candidateCount")
    conversation = Conversation(beyond)
    if draft.system_instruction is not None:
        conversation.add("system", draft.system_instruction.parts)
    for content in draft.contents:
        conversation.add(content.role or "user", content.parts)
    messages = conversation.messages()
    tools = _read_tools(draft, beyond)
    choice = _read_choice(draft, tools, beyond)
    parameters = _parameters(config, beyond)
    schema = _read_format(config, beyond)
    sent = conversation.as_sent(body)
    request = ModelRequest(
        model=model,
        messages=messages,
        parameters=parameters,
        tools=tools,
        tool_choice=choice,
        answer_schema=schema,
        continues=messages[-1].role == "assistant",
        whole=not stream,
        wire=WireRequest(DIALECT, sent, tuple(dict.fromkeys(sorted(beyond)))),
    )
    thinking = config.thinking_config
    return AskedContent(request, thinking is not None and bool(thinking.include_thoughts))


def _beyond(said: BaseModel, within: str = "") -> list[str]:
    """The names of the fields that only a target of the same format understands."""
    return [
        f"{within}{name[:50]}"
        for name, value in (said.model_extra or {}).items()
        if name not in _SAYS_NOTHING and value is not None and value != _USUAL.get(name, ...)
    ]


def _parameters(config: GenerationConfig, beyond: list[str]) -> Parameters:
    return Parameters(
        temperature=config.temperature,
        top_p=config.top_p,
        max_tokens=config.max_output_tokens,
        stop=tuple(config.stop_sequences or ()),
        seed=config.seed,
        reasoning_effort=_effort(config, beyond),
    )


def _effort(config: GenerationConfig, beyond: list[str]) -> ReasoningEffort | None:
    thinking = config.thinking_config
    if thinking is None:
        return None
    if thinking.thinking_level not in (None, "THINKING_LEVEL_UNSPECIFIED"):
        effort = _LEVELS.get(thinking.thinking_level)
        if effort is None:
            beyond.append("generationConfig.thinkingConfig.thinkingLevel")
        return effort
    budget = thinking.thinking_budget
    if budget is None or budget < 0:
        return None
    return effort_within(budget, _BUDGETS)


def _read_tools(draft: GenerateDraft, beyond: list[str]) -> tuple[ToolDefinition, ...]:
    tools: list[ToolDefinition] = []
    for tool in draft.tools or ():
        beyond += _beyond(tool, "tools.")
        for function in tool.function_declarations or ():
            beyond += [
                name
                for name in _beyond(function, "tools.functionDeclarations.")
                if not name.endswith(("response", "responseJsonSchema", "behavior"))
            ]
            schema = function.parameters_json_schema or json_schema_of(function.parameters or {})
            parameters = schema or {"type": "object", "properties": {}}
            tools.append(ToolDefinition(function.name, function.description or "", parameters))
    return tuple(tools)


def _read_choice(
    draft: GenerateDraft, tools: tuple[ToolDefinition, ...], beyond: list[str]
) -> ToolChoice:
    config = draft.tool_config and draft.tool_config.function_calling_config
    if draft.tool_config is not None:
        beyond += _beyond(draft.tool_config, "toolConfig.")
    if not config or config.mode in ("AUTO", "MODE_UNSPECIFIED"):
        return "auto"
    if config.mode == "NONE":
        return "none"
    allowed = config.allowed_function_names or []
    names = [tool.name for tool in tools]
    if unknown := [name for name in allowed if name not in names]:
        raise InvalidInputError(
            f"toolConfig names {unknown[0][:100]!r}, which is not among the declared functions."
        )
    if config.mode == "VALIDATED":
        beyond.append("toolConfig.functionCallingConfig.mode")
        return "auto"
    if not allowed or set(allowed) == set(names):
        return "required"
    if len(allowed) > 1:
        beyond.append("toolConfig.functionCallingConfig.allowedFunctionNames")
    return ForcedTool(allowed[0])


def _read_format(config: GenerationConfig, beyond: list[str]) -> AnswerSchema | None:
    schema = config.response_json_schema or json_schema_of(config.response_schema or {})
    kind = config.response_mime_type
    if kind not in (None, "text/plain", "application/json"):
        beyond.append("generationConfig.responseMimeType")
    if schema:
        return AnswerSchema("answer", schema)
    return AnswerSchema("answer", {"type": "object"}) if kind == "application/json" else None

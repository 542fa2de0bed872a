"""A question in the words of Anthropic's Messages API, read.

Source: Claude API reference, "Create a message" and "Count tokens in a message"; "Extended thinking"; "Structured
outputs". What cannot be said in our words is named in `WireRequest.beyond`: it reaches a target that speaks the same
format, and is refused by name at any other.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from arcano.gateway.anthropic.messages_content import Conversation
from arcano.gateway.efforts import Budgets, effort_within
from arcano.gateway.numbers import MOST_TOKENS
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

DIALECT = "anthropic"


class _Tolerant(BaseModel):
    """What we do not know is kept: it may mean something to the target."""

    model_config = ConfigDict(extra="allow")


class _Message(_Tolerant):
    role: Literal["user", "assistant", "system"]
    content: str | list[dict[str, Any]]


class _Tool(_Tolerant):
    type: str | None = None
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str = ""
    input_schema: dict[str, Any] | None = None


class _Choice(_Tolerant):
    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool = False


class _Thinking(_Tolerant):
    type: str
    budget_tokens: Annotated[int, Field(ge=1)] | None = None


class _Format(_Tolerant):
    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class _OutputConfig(_Tolerant):
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    format: _Format | None = None


class MessageDraft(_Tolerant):
    """The body of `POST /v1/messages`, as far as it is understood here."""

    model: Annotated[str, Field(min_length=1, max_length=200)]
    messages: Annotated[list[_Message], Field(min_length=1)]
    system: str | list[dict[str, Any]] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)] | None = None
    stream: bool = False
    temperature: Annotated[float, Field(ge=0, le=1)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    stop_sequences: list[str] | None = None
    thinking: _Thinking | None = None
    tools: list[_Tool] | None = None
    tool_choice: _Choice | None = None
    output_config: _OutputConfig | None = None
    output_format: _Format | None = None


_DRAFT = TypeAdapter(MessageDraft)

_EFFORTS: dict[str, ReasoningEffort] = {
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}
_BUDGETS: Budgets = ((4096, "low"), (16_384, "medium"))

_SAYS_NOTHING = frozenset({"metadata", "service_tier", "cache_control", "inference_geo", "speed"})
"""What changes nothing about the answer: it is for the vendor's own books, or how soon it comes."""
_BLOCK_SAYS_NOTHING = frozenset(
    {"cache_control", "eager_input_streaming", "strict", "input_examples"}
)
_KNOWN_THINKING = frozenset({"enabled", "disabled", "adaptive"})
_USUAL: dict[str, Any] = {"mcp_servers": [], "container": None, "context_management": None}
"""What says the same as leaving it out."""


@dataclass(frozen=True, slots=True)
class AskedMessage:
    """A question, and how its answer is wanted."""

    request: ModelRequest
    stream: bool
    thinking_wanted: bool
    """Programs that did not ask for thinking do not look for it, and take the first block for the answer."""


def read_message(
    body: dict[str, Any],
    *,
    headers: tuple[tuple[str, str], ...] = (),
    to_be_counted: bool = False,
) -> AskedMessage:
    """What a body asks. `headers` are those that are part of it; one that is only counted says no `max_tokens`.

    Raises:
        ValidationError: It is not what the API says; names the field.
        InvalidInputError: The same, where only several fields together tell.
    """
    draft = _DRAFT.validate_python(body)
    if draft.max_tokens is None and not to_be_counted:
        raise InvalidInputError("max_tokens: Field required")
    beyond = [name for name, value in (draft.model_extra or {}).items() if _tells(name, value)]
    conversation = Conversation(beyond)
    if draft.system:
        conversation.add("system", draft.system)
    for message in draft.messages:
        conversation.add(message.role, message.content)
    tools = _read_tools(draft, beyond)
    parameters, thinking_wanted = _parameters(draft, beyond)
    choice = draft.tool_choice
    messages = conversation.messages()
    wire = WireRequest(
        DIALECT, conversation.as_sent(body), tuple(dict.fromkeys(sorted(beyond))), headers
    )
    request = ModelRequest(
        model=draft.model,
        messages=messages,
        parameters=parameters,
        tools=tools,
        tool_choice=_read_choice(draft),
        parallel_tools=choice is None or not choice.disable_parallel_tool_use,
        answer_schema=_read_format(draft),
        continues=messages[-1].role == "assistant",
        whole=not draft.stream,
        wire=wire,
    )
    return AskedMessage(request, draft.stream, thinking_wanted)


def _tells(name: str, value: object) -> bool:
    """Whether only a target of the same format understands it."""
    return name not in _SAYS_NOTHING and value is not None and value != _USUAL.get(name, ...)


def _parameters(draft: MessageDraft, beyond: list[str]) -> tuple[Parameters, bool]:
    thinking = draft.thinking
    if thinking is not None and thinking.type not in _KNOWN_THINKING:
        beyond.append(f"thinking.{thinking.type[:50]}")
    effort: ReasoningEffort | None = None
    if draft.output_config is not None and draft.output_config.effort is not None:
        effort = _EFFORTS[draft.output_config.effort]
    if thinking is not None:
        if thinking.type == "disabled":
            effort = "none"
        elif thinking.type == "enabled" and effort is None:
            budget = thinking.budget_tokens or 0
            effort = effort_within(budget, _BUDGETS)
    parameters = Parameters(
        temperature=draft.temperature,
        top_p=draft.top_p,
        max_tokens=draft.max_tokens,
        stop=tuple(draft.stop_sequences or ()),
        reasoning_effort=effort,
    )
    return parameters, thinking is not None and thinking.type != "disabled"


def _read_tools(draft: MessageDraft, beyond: list[str]) -> tuple[ToolDefinition, ...]:
    tools: list[ToolDefinition] = []
    for tool in draft.tools or ():
        if tool.type not in (None, "custom"):
            beyond.append(f"tools.{tool.type[:50]}")
            continue
        if tool.input_schema is None:
            raise InvalidInputError(f"tools: {tool.name[:100]!r} needs its `input_schema`.")
        beyond += [
            f"tools.{name[:50]}"
            for name in tool.model_extra or ()
            if name not in _BLOCK_SAYS_NOTHING
        ]
        tools.append(ToolDefinition(tool.name, tool.description, tool.input_schema))
    return tuple(tools)


def _read_choice(draft: MessageDraft) -> ToolChoice:
    choice = draft.tool_choice
    if choice is None or choice.type == "auto":
        return "auto"
    if choice.type == "none":
        return "none"
    if choice.type == "any":
        return "required"
    if choice.name is None or all(tool.name != choice.name for tool in draft.tools or ()):
        raise InvalidInputError(
            f"tool_choice names {str(choice.name)[:100]!r}, which is not among `tools`."
        )
    return ForcedTool(choice.name)


def _read_format(draft: MessageDraft) -> AnswerSchema | None:
    form = draft.output_format
    if draft.output_config is not None and draft.output_config.format is not None:
        form = draft.output_config.format
    return None if form is None else AnswerSchema("answer", form.schema_)

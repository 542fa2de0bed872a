"""A request for a response, read.

Source: OpenAI API reference, "Create a model response". What cannot be said in our words is named: where the request needs
nothing stored it reaches a target that speaks the same format, and is refused by name at any other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from arcano.gateway.numbers import MOST_TOKENS
from arcano.gateway.openai.chat_request import EFFORTS, SAYS_NOTHING
from arcano.gateway.openai.responses.read_items import Item, MessageItem, ReferenceItem, read_items
from arcano.gateway.seals import brought_back
from arcano.platform.errors import InvalidInputError
from arcano.providers import (
    AnswerSchema,
    ForcedTool,
    ModelRequest,
    Parameters,
    RequestMessage,
    TextPart,
    ToolChoice,
    ToolDefinition,
    WireRequest,
)

DIALECT = "openai-responses"
ENCRYPTED = "reasoning.encrypted_content"

_USUAL: Mapping[str, Any] = {
    "top_logprobs": 0,
    "conversation": None,
    "prompt": None,
    "max_tool_calls": None,
}
"""What says the same as leaving it out."""
_NOTHING_HERE = frozenset({"stream_options", "prompt_cache_options"}) | SAYS_NOTHING


class _Tolerant(BaseModel):
    """What we do not know is kept: it may mean something to the target."""

    model_config = ConfigDict(extra="allow")


class _Tool(_Tolerant):
    type: Annotated[str, Field(max_length=100)]
    name: Annotated[str, Field(max_length=500)] | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class _Choice(_Tolerant):
    type: Annotated[str, Field(max_length=100)]
    name: str | None = None


class _Format(_Tolerant):
    type: Literal["text", "json_object", "json_schema"]
    name: str = "answer"
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class _Text(_Tolerant):
    format: _Format | None = None
    verbosity: str | None = None


class _Reasoning(_Tolerant):
    effort: Annotated[str, Field(max_length=50)] | None = None
    summary: str | None = None


_Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=64)],
        Annotated[str, StringConstraints(max_length=512)],
    ],
    Field(max_length=16),
]


class ResponseDraft(_Tolerant):
    """The body of `POST /v1/responses`, as far as it is understood here."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    input: str | list[Item] = ""
    instructions: str | None = None
    stream: bool | None = None
    store: bool | None = None
    background: bool | None = None
    previous_response_id: Annotated[str, StringConstraints(max_length=200)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)] | None = None
    tools: list[_Tool] | None = None
    tool_choice: Literal["auto", "none", "required"] | _Choice | None = None
    parallel_tool_calls: bool | None = None
    text: _Text | None = None
    reasoning: _Reasoning | None = None
    include: list[str] | None = None
    metadata: _Metadata | None = None
    truncation: Literal["auto", "disabled"] | None = None

    @property
    def items(self) -> list[Item]:
        if isinstance(self.input, str):
            return [MessageItem(role="user", content=self.input)]
        return self.input

    @property
    def references(self) -> list[str]:
        """The ids of stored items that it takes up."""
        return [item.id for item in self.items if isinstance(item, ReferenceItem)]

    @property
    def is_stored(self) -> bool:
        return self.store is not False

    @property
    def wants_encrypted(self) -> bool:
        return ENCRYPTED in (self.include or ())


_DRAFT = TypeAdapter(ResponseDraft)
_ITEMS = TypeAdapter(list[Item])


def read_draft(body: dict[str, Any]) -> ResponseDraft:
    """What a body asks, before anything stored is looked up.

    Raises:
        ValidationError: It is not what the API says; names the field.
        InvalidInputError: The same, where only several fields together tell.
    """
    draft = _DRAFT.validate_python(body)
    if draft.background and not draft.is_stored:
        raise InvalidInputError(
            "background: Only what is stored can be answered in the background."
        )
    return draft


@dataclass(frozen=True, slots=True)
class AskedResponse:
    """A question as it is to be asked. `beyond` names what only the caller's own words say."""

    request: ModelRequest
    beyond: tuple[str, ...]


def read_response(
    draft: ResponseDraft,
    body: dict[str, Any],
    *,
    before: list[dict[str, Any]],
    items: list[dict[str, Any]],
    may_pass: bool,
) -> AskedResponse:
    """The question that a draft is, after the items that came `before` it and with its own, none a reference.

    `may_pass`: nothing stored belongs to it, so that a target may have it in the caller's own words.

    Raises:
        ValidationError: An item is not what the API says.
        InvalidInputError: Something is missing that another field needs, or cannot be said at all.
    """
    beyond = list(_beyond(draft))
    messages: list[RequestMessage] = []
    if draft.instructions:
        messages.append(RequestMessage("system", (TextPart(draft.instructions),)))
    messages += read_items(_ITEMS.validate_python([*before, *items]), beyond)
    if not beyond and len(messages) == bool(draft.instructions):
        raise InvalidInputError("input: There is nothing to answer.")
    tools, choice = _tools(draft, beyond), _choice(draft, beyond)
    told = tuple(dict.fromkeys(beyond))
    passes = may_pass and not _is_ours(items)
    if told and not passes and may_pass:
        raise InvalidInputError(
            f"{', '.join(told)}: Only a provider that speaks this format understands that, and it could not read the "
            "thoughts in `input`, which were sealed here. Leave out the one or the other."
        )
    request = ModelRequest(
        model=draft.model,
        messages=tuple(messages),
        parameters=_parameters(draft),
        tools=tools,
        tool_choice=choice,
        parallel_tools=draft.parallel_tool_calls is not False,
        answer_schema=_format(draft),
        whole=not draft.stream and not draft.background,
        wire=WireRequest(DIALECT, body, told) if passes else None,
    )
    return AskedResponse(request, told)


def _is_ours(items: list[dict[str, Any]]) -> bool:
    """Whether a thought among them is sealed in our words, which no provider could read."""
    tokens = (item.get("encrypted_content") for item in items)
    return any(isinstance(token, str) and brought_back(token) is not None for token in tokens)


def _beyond(draft: ResponseDraft) -> Iterator[str]:
    """The names of the fields that only a target of the same format understands."""
    for name, value in (draft.model_extra or {}).items():
        usual = value is None or (name in _USUAL and value == _USUAL[name])
        if name not in _NOTHING_HERE and not usual:
            yield name
    if draft.truncation == "auto":
        yield "truncation"
    if "message.output_text.logprobs" in (draft.include or ()):
        yield "include.message.output_text.logprobs"
    if draft.text is not None and draft.text.verbosity not in (None, "medium"):
        yield "text.verbosity"
    effort = None if draft.reasoning is None else draft.reasoning.effort
    if effort is not None and effort not in EFFORTS:
        yield "reasoning.effort"


def _parameters(draft: ResponseDraft) -> Parameters:
    effort = None if draft.reasoning is None else draft.reasoning.effort
    return Parameters(
        temperature=draft.temperature,
        top_p=draft.top_p,
        max_tokens=draft.max_output_tokens,
        reasoning_effort=None if effort is None else EFFORTS.get(effort),
    )


def _tools(draft: ResponseDraft, beyond: list[str]) -> tuple[ToolDefinition, ...]:
    tools: list[ToolDefinition] = []
    for tool in draft.tools or ():
        if tool.type != "function":
            beyond.append(f"tools.{tool.type}")
        elif not tool.name:
            raise InvalidInputError("tools: A function needs its `name`.")
        else:
            parameters = tool.parameters or {"type": "object", "properties": {}}
            strict = bool(tool.strict)
            tools.append(
                ToolDefinition(tool.name, tool.description or "", parameters, strict=strict)
            )
    return tuple(tools)


def _choice(draft: ResponseDraft, beyond: list[str]) -> ToolChoice:
    choice = draft.tool_choice
    if choice is None:
        return "auto"
    if isinstance(choice, str):
        return choice
    if choice.type != "function" or choice.name is None:
        beyond.append(f"tool_choice.{choice.type}")
        return "auto"
    if all(tool.name != choice.name for tool in draft.tools or ()):
        raise InvalidInputError(f"tool_choice: {choice.name[:100]!r} is not among `tools`.")
    return ForcedTool(choice.name)


def _format(draft: ResponseDraft) -> AnswerSchema | None:
    wanted = None if draft.text is None else draft.text.format
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return AnswerSchema("answer", {"type": "object"})
    if wanted.schema_ is None:
        raise InvalidInputError("text.format: `json_schema` needs its `schema`.")
    return AnswerSchema(wanted.name, wanted.schema_)

"""A question in the words of OpenAI's chat completions, read.

Source: OpenAI API reference, "Create chat completion". What cannot be said in our words is named in
`WireRequest.beyond`: it reaches a target that speaks the same format, and is refused by name at any other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from arcano.gateway.inline_images import bytes_in
from arcano.gateway.numbers import MOST_TOKENS, Seed
from arcano.gateway.openai.given_back import without_seals
from arcano.gateway.openai.mistral_words import goes_on, in_openai_words
from arcano.gateway.seals import brought_back
from arcano.platform.errors import InvalidInputError
from arcano.providers import (
    AnswerSchema,
    ForcedTool,
    ImagePart,
    ModelRequest,
    Parameters,
    ReasoningEffort,
    ReasoningPart,
    RequestMessage,
    RequestPart,
    Seal,
    TextPart,
    ToolCallPart,
    ToolChoice,
    ToolDefinition,
    ToolResultPart,
    WireRequest,
)

DIALECT = "openai-chat"
_DATA_URL = re.compile(r"data:(image/[\w.+-]+);base64,(.*)", re.DOTALL)


class _Tolerant(BaseModel):
    """What we do not know is kept: it may mean something to the target."""

    model_config = ConfigDict(extra="allow")


class _ImageUrl(_Tolerant):
    url: str


class _Part(_Tolerant):
    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: _ImageUrl | None = None


class _CalledFunction(_Tolerant):
    name: str
    arguments: str = ""


class _Seal(_Tolerant):
    arcano: str | None = None


class _Call(_Tolerant):
    id: str
    type: Annotated[str, Field(max_length=50)] = "function"
    function: _CalledFunction | None = None
    extra_content: _Seal | None = None


class _ReasoningDetail(_Tolerant):
    type: str
    text: str | None = None
    data: str | None = None


class _Message(_Tolerant):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[_Part] | None = None
    tool_calls: list[_Call] | None = None
    tool_call_id: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning_details: list[_ReasoningDetail] | None = None
    audio: dict[str, Any] | None = None
    function_call: dict[str, Any] | None = None


class _Function(_Tolerant):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class _Tool(_Tolerant):
    type: Annotated[str, Field(max_length=50)]
    function: _Function | None = None


class _NamedTool(_Tolerant):
    name: str


class _ForcedTool(_Tolerant):
    type: Annotated[str, Field(max_length=50)]
    function: _NamedTool | None = None


class _JsonSchema(_Tolerant):
    name: str = "answer"
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class _Format(_Tolerant):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: _JsonSchema | None = None


class StreamOptions(_Tolerant):
    include_usage: bool = False


def as_list(value: Any) -> Any:  # noqa: ANN401 - judged by the type that follows
    return [value] if isinstance(value, str) else value


class ChatCompletionDraft(_Tolerant):
    """The body of `POST /v1/chat/completions`, as far as it is understood here."""

    model: Annotated[str, Field(min_length=1, max_length=200)]
    messages: Annotated[list[_Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)] | None = None
    stop: Annotated[list[str], BeforeValidator(as_list)] | None = None
    seed: Seed | None = None
    reasoning_effort: str | None = None
    tools: list[_Tool] | None = None
    tool_choice: Literal["auto", "none", "required"] | _ForcedTool | None = None
    parallel_tool_calls: bool | None = None
    response_format: _Format | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None


_DRAFT = TypeAdapter(ChatCompletionDraft)

EFFORTS: dict[str, ReasoningEffort] = {
    "none": "none",
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
}

SAYS_NOTHING = frozenset(
    {
        "user",
        "metadata",
        "store",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_retention",
        "service_tier",
    }
)
"""What changes nothing about the answer: it is for the vendor's own books."""

_USUAL: dict[str, Any] = {
    "n": 1,
    "logprobs": False,
    "top_logprobs": 0,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logit_bias": {},
    "modalities": ["text"],
    "verbosity": "medium",
}
"""What says the same as leaving it out."""


@dataclass(frozen=True, slots=True)
class AskedChat:
    """A question, and how its answer is wanted."""

    request: ModelRequest
    stream: bool
    usage_wanted: bool


def read_chat(body: dict[str, Any]) -> AskedChat:
    """What a body asks.

    Raises:
        ValidationError: It is not what the API says; names the field.
        InvalidInputError: The same, where only several fields together tell.
    """
    begun = goes_on(body)
    body = in_openai_words(body)
    draft = _DRAFT.validate_python(body)
    beyond: list[str] = sorted(_beyond(draft))
    names: dict[str, str] = {}
    messages = tuple(_read_message(message, names, beyond) for message in draft.messages)
    tools, choice = tuple(_read_tools(draft.tools or (), beyond)), _read_choice(draft, beyond)
    parameters = _parameters(draft, beyond)
    continues = begun and messages[-1].role == "assistant"
    if continues and beyond:
        # To go on with an answer is asked of each server in a way of its own, in which the rest cannot be said.
        raise InvalidInputError(
            f"{', '.join(dict.fromkeys(beyond))}: That cannot be asked where the last message is the beginning of "
            "the answer (`prefix`). Leave out the one or the other."
        )
    request = ModelRequest(
        model=draft.model,
        messages=messages,
        parameters=parameters,
        tools=tools,
        tool_choice=choice,
        parallel_tools=draft.parallel_tool_calls is not False,
        answer_schema=_read_format(draft.response_format),
        continues=continues,
        whole=not draft.stream,
        wire=None
        if continues
        else WireRequest(DIALECT, without_seals(body), tuple(dict.fromkeys(beyond))),
    )
    options = draft.stream_options
    return AskedChat(request, bool(draft.stream), options is not None and options.include_usage)


def _beyond(draft: ChatCompletionDraft) -> Iterator[str]:
    """The names of the fields that only a target of the same format understands."""
    if draft.n not in (None, 1):
        yield "n"
    for name, value in (draft.model_extra or {}).items():
        usual = value is None or value == _USUAL.get(name, ...)
        if name not in SAYS_NOTHING and not usual:
            yield name


def _parameters(draft: ChatCompletionDraft, beyond: list[str]) -> Parameters:
    effort = None
    if draft.reasoning_effort is not None:
        effort = EFFORTS.get(draft.reasoning_effort)
        if effort is None:
            beyond.append("reasoning_effort")
    return Parameters(
        temperature=draft.temperature,
        top_p=draft.top_p,
        max_tokens=draft.max_completion_tokens or draft.max_tokens,
        stop=tuple(draft.stop or ()),
        seed=draft.seed,
        reasoning_effort=effort,
    )


def _read_message(message: _Message, names: dict[str, str], beyond: list[str]) -> RequestMessage:
    """`names` are those of the tools that were called so far, by the id of the call."""
    parts = [*_read_content(message.content, beyond)]
    if message.refusal:
        parts.append(TextPart(message.refusal))
    if message.role == "tool":
        return _read_result(message, parts, names, beyond)
    beyond += [f"messages.{name}" for name in ("audio", "function_call") if getattr(message, name)]
    if message.role == "assistant":
        parts = [*_read_thoughts(message), *parts]
    for call in message.tool_calls or ():
        if call.function is None:
            beyond.append(f"messages.tool_calls.{call.type}")
            # It passes unread where it passes at all, and its result with it.
            names[call.id] = call.type
            continue
        names[call.id] = call.function.name
        seal = None if call.extra_content is None else _seal_in(call.extra_content.arcano)
        parts.append(ToolCallPart(call.id, call.function.name, call.function.arguments, seal))
    role = "system" if message.role == "developer" else message.role
    return RequestMessage(role, tuple(parts))


def _read_thoughts(message: _Message) -> Iterator[RequestPart]:
    """What the model thought: sealed, where its seals came back as well, or else the words alone."""
    found = [
        (detail.text or "", _seal_in(detail.data)) for detail in message.reasoning_details or ()
    ]
    sealed = [ReasoningPart(text, seal) for text, seal in found if seal is not None]
    yield from sealed
    if message.reasoning_content and not sealed:
        yield ReasoningPart(message.reasoning_content)


def _seal_in(token: str | None) -> Seal | None:
    found = None if token is None else brought_back(token)
    return None if found is None else found.seal


def _read_result(
    message: _Message, parts: list[RequestPart], names: dict[str, str], beyond: list[str]
) -> RequestMessage:
    call_id = message.tool_call_id
    if call_id is None:
        raise InvalidInputError("A message with the role `tool` needs its `tool_call_id`.")
    if call_id not in names:
        raise InvalidInputError(
            f"No message before it calls the tool with the id {call_id[:100]!r}, whose result this is."
        )
    text = "".join(part.text for part in parts if isinstance(part, TextPart))
    if not all(isinstance(part, TextPart) for part in parts):
        beyond.append("messages.content.image_url")
    return RequestMessage("tool", (ToolResultPart(call_id, text, names[call_id]),))


def _read_content(content: str | list[_Part] | None, beyond: list[str]) -> Iterator[RequestPart]:
    if isinstance(content, str):
        yield TextPart(content)
        return
    for part in content or ():
        if part.type == "text" and part.text is not None:
            yield TextPart(part.text)
        elif part.type == "refusal" and part.refusal is not None:
            yield TextPart(part.refusal)
        elif part.type == "image_url" and part.image_url is not None:
            image = read_image(part.image_url.url)
            if image is None:
                beyond.append("messages.content.image_url.url")
            else:
                yield image
        else:
            beyond.append(f"messages.content.{part.type[:50]}")


def read_image(url: str) -> ImagePart | None:
    """An image by value; None where only its address is told, which nobody here fetches."""
    found = _DATA_URL.match(url)
    if found is None:
        return None
    return ImagePart(found[1], bytes_in(found[2]))


def _read_tools(tools: Iterable[_Tool], beyond: list[str]) -> Iterator[ToolDefinition]:
    for tool in tools:
        function = tool.function
        if tool.type != "function":
            beyond.append(f"tools.{tool.type}")
        elif function is None:
            raise InvalidInputError("tools: A function needs its `function`.")
        else:
            parameters = function.parameters or {"type": "object", "properties": {}}
            yield ToolDefinition(
                function.name, function.description or "", parameters, strict=bool(function.strict)
            )


def _read_choice(draft: ChatCompletionDraft, beyond: list[str]) -> ToolChoice:
    choice = draft.tool_choice
    if choice is None:
        return "auto"
    if isinstance(choice, str):
        return choice
    if choice.type != "function" or choice.function is None:
        beyond.append(f"tool_choice.{choice.type}")
        return "auto"
    name = choice.function.name
    if all(tool.function is None or tool.function.name != name for tool in draft.tools or ()):
        raise InvalidInputError(f"tool_choice names {name[:100]!r}, which is not among `tools`.")
    return ForcedTool(name)


def _read_format(wanted: _Format | None) -> AnswerSchema | None:
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return AnswerSchema("answer", {"type": "object"})
    if wanted.json_schema is None or wanted.json_schema.schema_ is None:
        raise InvalidInputError("response_format: `json_schema` needs its `schema`.")
    return AnswerSchema(wanted.json_schema.name, wanted.json_schema.schema_)

"""A question in the words of Ollama's chat or of its generate, read.

Source: Ollama API reference, "Generate a chat completion" and "Generate a completion"; documentation, "Thinking" and
"Structured outputs". Options that we have no words for are named in `WireRequest.beyond`: an Ollama gets them, and they
are refused by name at any other target.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from arcano.gateway.inline_images import bytes_in
from arcano.gateway.numbers import MOST_TOKENS, Seed
from arcano.gateway.unanswered_calls import UnansweredCalls
from arcano.platform.errors import InvalidInputError
from arcano.providers import (
    AnswerSchema,
    ImagePart,
    ModelRequest,
    Parameters,
    ReasoningEffort,
    ReasoningPart,
    RequestMessage,
    RequestPart,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
    WireRequest,
)

DIALECT = "ollama"

_IMAGE_TYPES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
"""An image comes without its type here; how it begins tells it."""


class _Tolerant(BaseModel):
    """What we do not know is kept, to be named where it is not taken."""

    model_config = ConfigDict(extra="allow")


class _CalledFunction(_Tolerant):
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict[str, Any])


class _Call(_Tolerant):
    id: str | None = None
    function: _CalledFunction


class _Message(_Tolerant):
    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None
    thinking: str | None = None
    images: list[str] | None = None
    tool_calls: list[_Call] | None = None
    tool_name: str | None = None
    tool_call_id: str | None = None


class _Function(_Tolerant):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str | None = None
    parameters: dict[str, Any] | None = None


class _Tool(_Tolerant):
    type: Literal["function"] = "function"
    function: _Function


class _Options(_Tolerant):
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    num_predict: Annotated[int, Field(ge=-2, le=MOST_TOKENS)] | None = None
    stop: list[str] | str | None = None
    seed: Seed | None = None


class _Asking(_Tolerant):
    model: Annotated[str, Field(min_length=1, max_length=200)]
    stream: bool | None = None
    format: Literal["", "json"] | dict[str, Any] | None = None
    options: _Options | None = None
    think: bool | Literal["low", "medium", "high", "max"] | None = None
    keep_alive: float | str | None = None


class ChatDraft(_Asking):
    """The body of `POST /api/chat`, as far as it is understood here."""

    messages: list[_Message] = Field(default_factory=list[_Message])
    tools: list[_Tool] | None = None


class GenerateDraft(_Asking):
    """The body of `POST /api/generate`, as far as it is understood here."""

    prompt: str | None = None
    system: str | None = None
    images: list[str] | None = None


_CHAT = TypeAdapter(ChatDraft)
_GENERATE = TypeAdapter(GenerateDraft)

_LOADING = frozenset(
    {
        "numa",
        "num_ctx",
        "num_batch",
        "num_gpu",
        "main_gpu",
        "low_vram",
        "f16_kv",
        "vocab_only",
        "use_mmap",
        "use_mlock",
        "num_thread",
        "num_keep",
    }
)
"""Options about how a model is loaded, which is not for those to say who ask it."""
_USUAL: dict[str, Any] = {
    "raw": False,
    "context": [],
    "template": "",
    "suffix": "",
    "logprobs": False,
    "top_logprobs": 0,
    "truncate": True,
    "shift": True,
}
"""What says the same as leaving it out."""


@dataclass(frozen=True, slots=True)
class AskedOllama:
    """A question, and how its answer is wanted. `request` is None where the model is only to be loaded."""

    model: str
    request: ModelRequest | None
    stream: bool
    thinking_wanted: bool
    unload: bool


def read_chat(body: dict[str, Any]) -> AskedOllama:
    """What the body of a chat asks.

    Raises:
        ValidationError: It is not what the API says; names the field.
        InvalidInputError: The same, where only several fields together tell; or nobody can be told a field.
    """
    draft = _CHAT.validate_python(body)
    tools = tuple(_read_tool(tool) for tool in draft.tools or ())
    return _asked(draft, _Talk().read(draft.messages), tools=tools, body=body)


def read_generate(body: dict[str, Any]) -> AskedOllama:
    """What the body of a generate asks. Raises as `read_chat`."""
    draft = _GENERATE.validate_python(body)
    messages: list[RequestMessage] = []
    if draft.prompt or draft.images:
        if draft.system:
            messages.append(RequestMessage("system", (TextPart(draft.system),)))
        images = [_read_image(image) for image in draft.images or ()]
        messages.append(RequestMessage("user", (*images, TextPart(draft.prompt or ""))))
    return _asked(draft, tuple(messages), tools=(), body=body)


def _asked(
    draft: _Asking,
    messages: tuple[RequestMessage, ...],
    *,
    tools: tuple[ToolDefinition, ...],
    body: dict[str, Any],
) -> AskedOllama:
    for name, value in (draft.model_extra or {}).items():
        if value is not None and value != _USUAL.get(name, ...):
            raise InvalidInputError(f"{name[:50]}: Nobody here can be told this. Leave it out.")
    stream = draft.stream is not False
    request = ModelRequest(
        model=draft.model,
        messages=messages,
        parameters=_parameters(draft),
        tools=tools,
        answer_schema=_read_format(draft),
        continues=bool(messages) and _is_beginning(messages[-1]),
        whole=not stream,
        wire=WireRequest(DIALECT, body, tuple(sorted(_beyond(draft.options)))),
    )
    return AskedOllama(
        draft.model,
        request if messages else None,
        stream,
        thinking_wanted=draft.think is not False,
        unload=draft.keep_alive in (0, "0", "0s"),
    )


def _is_beginning(message: RequestMessage) -> bool:
    """An answer at the end is to be gone on with."""
    return message.role == "assistant" and all(isinstance(part, TextPart) for part in message.parts)


def _beyond(options: _Options | None) -> list[str]:
    extra = {} if options is None else options.model_extra or {}
    return [
        f"options.{name[:50]}"
        for name, value in extra.items()
        if value is not None and name not in _LOADING
    ]


def _parameters(draft: _Asking) -> Parameters:
    options = draft.options or _Options()
    stop = options.stop
    return Parameters(
        temperature=options.temperature,
        top_p=options.top_p,
        # Minus one, and minus two, mean: as much as there is room for.
        max_tokens=options.num_predict if (options.num_predict or 0) > 0 else None,
        stop=(stop,) if isinstance(stop, str) else tuple(stop or ()),
        seed=options.seed,
        reasoning_effort=_effort(draft.think),
    )


def _effort(think: bool | str | None) -> ReasoningEffort | None:  # noqa: FBT001 - as the API has it
    match think:
        case None:
            return None
        case True | "medium":
            return "medium"
        case False:
            return "none"
        case "low":
            return "low"
        case _:
            return "high"


def _read_format(draft: _Asking) -> AnswerSchema | None:
    if not draft.format:
        return None
    if draft.format == "json":
        return AnswerSchema("answer", {"type": "object"})
    assert isinstance(draft.format, dict)  # noqa: S101 - for the type checker
    return AnswerSchema("answer", draft.format)


def _read_tool(tool: _Tool) -> ToolDefinition:
    function = tool.function
    parameters = function.parameters or {"type": "object", "properties": {}}
    return ToolDefinition(function.name, function.description or "", parameters)


def _read_image(image: str) -> ImagePart:
    data = bytes_in(image)
    for begins, media_type in _IMAGE_TYPES:
        if data.startswith(begins):
            return ImagePart(media_type, data)
    raise InvalidInputError("An image is none of PNG, JPEG, GIF and WebP.")


class _Talk:
    """Reads a conversation. Calls often have no ids here: results find theirs by the tool's name, in order."""

    def __init__(self) -> None:
        self._calls = UnansweredCalls()

    def read(self, messages: list[_Message]) -> tuple[RequestMessage, ...]:
        return tuple(map(self._read, messages))

    def _read(self, message: _Message) -> RequestMessage:
        if message.role == "tool":
            return self._read_result(message)
        if message.role == "user":
            self._calls.interrupted()
        parts: list[RequestPart] = [_read_image(image) for image in message.images or ()]
        if message.thinking:
            parts.append(ReasoningPart(message.thinking))
        if message.content or not (parts or message.tool_calls):
            parts.append(TextPart(message.content or ""))
        for call in message.tool_calls or ():
            call_id = self._calls.called(call.function.name, call.id)
            arguments = orjson.dumps(call.function.arguments).decode()
            parts.append(ToolCallPart(call_id, call.function.name, arguments))
        return RequestMessage(message.role, tuple(parts))

    def _read_result(self, message: _Message) -> RequestMessage:
        call = self._calls.answered(message.tool_name, message.tool_call_id)
        if call is None:
            raise InvalidInputError(
                "A message with the role `tool` is the result of no call in the messages before it."
            )
        result = ToolResultPart(call.id, message.content or "", call.name)
        return RequestMessage("tool", (result,))

"""What a model is asked: messages, tools and parameters, in no vendor's words."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image by value. `media_type` such as `image/png`; `data` its bytes."""

    media_type: str
    data: bytes
    type: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A call the model made earlier in the conversation. `arguments` is JSON text."""

    call_id: str
    name: str
    arguments: str
    type: Literal["tool-call"] = "tool-call"


@dataclass(frozen=True, slots=True)
class ToolResultPart:
    """What the call `call_id` gave."""

    call_id: str
    text: str
    type: Literal["tool-result"] = "tool-result"


RequestPart = TextPart | ImagePart | ToolCallPart | ToolResultPart


@dataclass(frozen=True, slots=True)
class RequestMessage:
    role: Literal["system", "user", "assistant", "tool"]
    parts: tuple[RequestPart, ...]


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A function the model may call. `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameters:
    """How to write. None means: the model's own default."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to one model.

    `continues` means that the last message is the beginning of the assistant's own answer and
    that only its continuation is wanted, without a word repeated.
    """

    model: str
    messages: tuple[RequestMessage, ...]
    parameters: Parameters = field(default_factory=Parameters)
    tools: tuple[ToolDefinition, ...] = ()
    continues: bool = False

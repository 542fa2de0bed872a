"""What a model is asked: messages, tools and parameters, in no vendor's words."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Seal:
    """A vendor's own proof of what its model wrote or thought (a signature, an encrypted block).

    To be sent back unread, byte for byte, and to nobody else. `vendor` names the wire format it belongs
    to: an adapter leaves out what another format sealed. `made_by` names the model and the server that
    gave it; without it nobody gets it back.
    """

    vendor: str
    proof: str
    made_by: str | None = None


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words. `seal` where a vendor seals its words and not its thoughts; then they may be empty."""

    text: str
    seal: Seal | None = None
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image by value. `media_type` such as `image/png`; `data` its bytes."""

    media_type: str
    data: bytes
    type: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    """What the model thought earlier, for the vendor that wants it back."""

    text: str
    seal: Seal | None = None
    type: Literal["reasoning"] = "reasoning"


@dataclass(frozen=True, slots=True)
class ToolCallPart:
    """A call the model made earlier in the conversation. `arguments` is JSON text.

    `seal` for vendors that seal their calls.
    """

    call_id: str
    name: str
    arguments: str
    seal: Seal | None = None
    type: Literal["tool-call"] = "tool-call"


@dataclass(frozen=True, slots=True)
class ToolResultPart:
    """What the call `call_id` gave. `name` is the tool's: some vendors know a result by it alone."""

    call_id: str
    text: str
    name: str = ""
    failed: bool = False
    type: Literal["tool-result"] = "tool-result"


RequestPart = TextPart | ImagePart | ReasoningPart | ToolCallPart | ToolResultPart


@dataclass(frozen=True, slots=True)
class RequestMessage:
    role: Literal["system", "user", "assistant", "tool"]
    parts: tuple[RequestPart, ...]


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A function the model may call. `parameters` is a JSON Schema object.

    `strict`: its arguments must fit that, where the provider can see to it; elsewhere the model does its best.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class ForcedTool:
    """The model must call this tool."""

    name: str


ToolChoice = Literal["auto", "none", "required"] | ForcedTool
"""May the model call tools: as it likes, not at all, one of them for sure, or this one."""


@dataclass(frozen=True, slots=True)
class AnswerSchema:
    """The answer must be JSON of this shape. `schema` is a JSON Schema object."""

    name: str
    schema: dict[str, Any]


ReasoningEffort = Literal["none", "low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """How to write. None means: the model's own default."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    reasoning_effort: ReasoningEffort | None = None


@dataclass(frozen=True, slots=True)
class WireRequest:
    """The same question as a program put it, in a vendor's words.

    `dialect` names the wire format, `body` is its JSON. `beyond` names what only the body says: it is lost on a
    model that does not speak the dialect. `headers` are those of the program's that are part of the question.
    """

    dialect: str
    body: dict[str, Any]
    beyond: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to one model.

    `continues` means that the last message is the beginning of the assistant's own answer and
    that only its continuation is wanted, without a word repeated. `whole` asks the provider for the
    answer in one piece; the events are the same, only fewer. `parallel_tools` False: one call at a time. With `wire` the answer
    may come in the same words, byte for byte (`WirePassed`), from a model that `passes` them.
    """

    model: str
    messages: tuple[RequestMessage, ...]
    parameters: Parameters = field(default_factory=Parameters)
    tools: tuple[ToolDefinition, ...] = ()
    tool_choice: ToolChoice = "auto"
    parallel_tools: bool = True
    answer_schema: AnswerSchema | None = None
    continues: bool = False
    whole: bool = False
    wire: WireRequest | None = None

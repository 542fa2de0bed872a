"""The items of a conversation in the words of the Responses API, as messages.

Source: OpenAI API reference, "Create a model response", field `input`. Items of one speaker that follow each other are
one message. What cannot be said in our words is named, with the field it stands in.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from arcano.gateway.openai.chat_request import read_image
from arcano.gateway.seals import brought_back
from arcano.platform.errors import InvalidInputError
from arcano.providers import (
    ReasoningPart,
    RequestMessage,
    RequestPart,
    Seal,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

SEAL = "arcano_seal"
"""A key of stored tool calls alone: what their vendor sealed them with. It leaves the server never."""


class _Tolerant(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Part(_Tolerant):
    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: str | None = None


class MessageItem(_Tolerant):
    type: Literal["message"] = "message"
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_Part]


class CallItem(_Tolerant):
    type: Literal["function_call"]
    call_id: Annotated[str, Field(max_length=500)]
    name: Annotated[str, Field(max_length=500)]
    arguments: str = ""
    arcano_seal: str | None = None


class ResultItem(_Tolerant):
    type: Literal["function_call_output"]
    call_id: Annotated[str, Field(max_length=500)]
    output: str | list[_Part]


class ReasoningItem(_Tolerant):
    type: Literal["reasoning"]
    summary: list[_Part] = Field(default_factory=list[_Part])
    content: list[_Part] | None = None
    encrypted_content: str | None = None


class ReferenceItem(_Tolerant):
    type: Literal["item_reference"]
    id: Annotated[str, Field(max_length=200)]


class OtherItem(_Tolerant):
    """Something that only OpenAI's own servers understand."""

    type: str


_KNOWN = frozenset(
    {"message", "function_call", "function_call_output", "reasoning", "item_reference"}
)


def _kind_of(item: Any) -> str | None:  # noqa: ANN401 - whatever was sent
    if not isinstance(item, dict):
        return None
    fields = cast("dict[str, Any]", item)
    kind = fields.get("type")
    if kind is None:
        # As the API has it: a message need not say that it is one.
        return "message" if "role" in fields else None
    return kind if isinstance(kind, str) and kind in _KNOWN else "other"


Item = Annotated[
    Annotated[MessageItem, Tag("message")]
    | Annotated[CallItem, Tag("function_call")]
    | Annotated[ResultItem, Tag("function_call_output")]
    | Annotated[ReasoningItem, Tag("reasoning")]
    | Annotated[ReferenceItem, Tag("item_reference")]
    | Annotated[OtherItem, Tag("other")],
    Discriminator(_kind_of),
]


def read_items(items: Iterable[Item], beyond: list[str]) -> list[RequestMessage]:
    """The messages that the items are. `beyond` gets the names of what no message can say.

    Raises:
        InvalidInputError: A result belongs to no call, or an image is broken.
    """
    names: dict[str, str] = {}
    messages: list[RequestMessage] = []
    for item in items:
        match item:
            case MessageItem():
                role = "system" if item.role == "developer" else item.role
                _add(messages, role, _parts(item.content, beyond.append))
            case CallItem():
                names[item.call_id] = item.name
                call = ToolCallPart(
                    item.call_id, item.name, item.arguments, _seal_in(item.arcano_seal)
                )
                _add(messages, "assistant", [call])
            case ResultItem():
                messages.append(RequestMessage("tool", (_result(item, names, beyond),)))
            case ReasoningItem():
                _add(messages, "assistant", _thought(item))
            case ReferenceItem():
                raise InvalidInputError(f"input: There is no stored item {item.id[:100]!r}.")
            case OtherItem():
                beyond.append(f"input.{item.type[:50]}")
    return messages


def _add(
    messages: list[RequestMessage],
    role: Literal["system", "user", "assistant"],
    parts: Iterable[RequestPart],
) -> None:
    """Items of the assistant belong together, as one answer; what others say stays apart."""
    said = tuple(parts)
    if not said:
        return
    if role == "assistant" and messages and messages[-1].role == "assistant":
        messages[-1] = RequestMessage(role, (*messages[-1].parts, *said))
    else:
        messages.append(RequestMessage(role, said))


def _parts(content: str | list[_Part], beyond: Callable[[str], None]) -> Iterator[RequestPart]:
    if isinstance(content, str):
        yield TextPart(content)
        return
    for part in content:
        text = part.refusal if part.type == "refusal" else part.text
        if part.type in ("input_text", "output_text", "text", "refusal") and text is not None:
            yield TextPart(text)
        elif part.type == "input_image" and part.image_url is not None:
            image = read_image(part.image_url)
            if image is None:
                beyond("input.content.image_url")
            else:
                yield image
        else:
            beyond(f"input.content.{part.type[:50]}")


def _result(item: ResultItem, names: dict[str, str], beyond: list[str]) -> ToolResultPart:
    if item.call_id not in names:
        raise InvalidInputError(
            f"No tool call found for function call output with call_id {item.call_id[:100]}."
        )
    texts: list[str] = []
    for part in _parts(item.output, lambda name: beyond.append(name.replace("content", "output"))):
        if isinstance(part, TextPart):
            texts.append(part.text)
        else:
            beyond.append("input.output.input_image")
    return ToolResultPart(item.call_id, "".join(texts), names[item.call_id])


def _seal_in(token: str | None) -> Seal | None:
    found = None if token is None else brought_back(token)
    return None if found is None else found.seal


def _thought(item: ReasoningItem) -> Iterator[RequestPart]:
    text = "\n\n".join(part.text for part in [*item.summary, *(item.content or ())] if part.text)
    seal = _seal_in(item.encrypted_content)
    if seal is not None or (text and item.encrypted_content is None):
        yield ReasoningPart(text, seal)

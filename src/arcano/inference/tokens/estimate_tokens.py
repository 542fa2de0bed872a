"""How much text is for a model, guessed from its characters: no tokenizer is asked, no model loaded.

Counted in *units*: what the text would be in tokens of a common vocabulary. What one model makes of a
unit is learned (`calibration`). Scripts differ by a factor of ten, so they are told apart, by the first
byte of each character in UTF-8: fast enough for a million characters on the way to an answer.
"""

from collections.abc import Iterator

import orjson

from arcano.providers import (
    ImagePart,
    ModelRequest,
    ReasoningPart,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)

MESSAGE_UNITS = 4.0
"""What a chat template puts around each message: who speaks, and where it ends."""

_LETTERS = bytes(range(ord("a"), ord("z") + 1)) + bytes(range(ord("A"), ord("Z") + 1))
_SPACES = b" \t"
_DIGITS = b"0123456789"
_CONTINUING = bytes(range(0x80, 0xC0))
_LETTER, _SPACE, _DIGIT, _SIGN = 0.25, 0.03, 0.45, 0.5

# The script a character belongs to shows in the first byte of its UTF-8, nearly.
_SCRIPTS: tuple[tuple[bytes, float], ...] = (
    (bytes(range(0xC2, 0xC7)), 0.75),  # Latin with accents: they break a word apart
    (bytes(range(0xCD, 0xD0)), 0.6),  # Greek
    (bytes(range(0xD0, 0xD4)), 0.4),  # Cyrillic
    (bytes(range(0xD4, 0xE0)), 0.6),  # Armenian, Hebrew, Arabic
    (b"\xe0", 0.65),  # the scripts of India, Thai
    (b"\xe1", 0.8),
    (b"\xe2", 0.9),  # quotation marks, dashes, mathematics
    (bytes(range(0xE3, 0xEA)), 0.8),  # kana, Chinese characters
    (bytes(range(0xEA, 0xEE)), 0.75),  # Hangul
    (b"\xee\xef", 1.0),
    (bytes(range(0xF0, 0xF5)), 2.2),  # emoji, rare characters
)
_ELSE = 1.0


def text_units(text: str) -> float:
    """The units of a text. Never negative; more for more text."""
    if text.isascii():
        return _ascii_units(text.encode())
    data = text.encode("utf-8", "surrogatepass")
    first = data.translate(None, _CONTINUING)
    ascii_only = text.encode("ascii", "ignore")
    foreign = len(first) - len(ascii_only)
    units = _ascii_units(ascii_only)
    for leads, weight in _SCRIPTS:
        count = len(first) - len(first.translate(None, leads))
        units += count * weight
        foreign -= count
        if not foreign:
            break
    return units + foreign * _ELSE


def message_units(text: str) -> float:
    """The units of a message of plain text, with what stands around it."""
    return text_units(text) + MESSAGE_UNITS


def request_units(request: ModelRequest) -> float:
    """The units of a whole request, but for its images: those are counted, not read."""
    return sum(map(_units_of, request.messages)) + tools_units(request.tools)


def tools_units(tools: tuple[ToolDefinition, ...]) -> float:
    """The units of the tools that a model is told of."""
    return sum(
        text_units(tool.name)
        + text_units(tool.description)
        + text_units(orjson.dumps(tool.parameters).decode())
        + MESSAGE_UNITS
        for tool in tools
    )


def texts_in(request: ModelRequest) -> Iterator[str]:
    """All that is sent as text, tools and the shape of the answer included."""
    for message in request.messages:
        for part in message.parts:
            match part:
                case TextPart(text) | ReasoningPart(text) | ToolResultPart(text=text):
                    yield text
                case ToolCallPart():
                    yield part.name + part.arguments
                case ImagePart():
                    pass
    for tool in request.tools:
        yield f"{tool.name}{tool.description}{tool.parameters}"
    if request.answer_schema is not None:
        yield str(request.answer_schema.schema)


def images_in(request: ModelRequest) -> int:
    return sum(
        isinstance(part, ImagePart) for message in request.messages for part in message.parts
    )


def has_thoughts(request: ModelRequest) -> bool:
    """Whether it takes earlier thinking along: some models read that again, others never do."""
    return any(
        isinstance(part, ReasoningPart) for message in request.messages for part in message.parts
    )


def _units_of(message: RequestMessage) -> float:
    units = MESSAGE_UNITS
    for part in message.parts:
        match part:
            case TextPart(text) | ReasoningPart(text):
                units += text_units(text)
            case ToolResultPart():
                units += text_units(part.text) + MESSAGE_UNITS
            case ToolCallPart():
                units += text_units(part.name) + text_units(part.arguments) + MESSAGE_UNITS
            case ImagePart():
                pass
    return units


def _ascii_units(data: bytes) -> float:
    letters = len(data) - len(data.translate(None, _LETTERS))
    digits = len(data) - len(data.translate(None, _DIGITS))
    spaces = len(data) - len(data.translate(None, _SPACES))
    signs = len(data) - letters - digits - spaces
    return letters * _LETTER + digits * _DIGIT + spaces * _SPACE + signs * _SIGN

"""How much an Ollama model should be able to see at once: its window, `options.num_ctx`.

Ollama gives every model a window that has nothing to do with the question (4,096 tokens on a machine
without a large GPU), leaves out the oldest messages where they do not fit, and says nothing. So the window
is asked for with every call, by what the call needs:

- the tokens of the request, estimated on the large side, and room for the answer;
- rounded up to a power of two, because a model is loaded anew for each other window;
- the window in which the model is loaded already, wherever that is enough, for the same reason;
- never less than its Modelfile says, never more than the model can take.

With it go `truncate: false` and `shift: false`: what does not fit after all is an error and never left out
in silence, neither before the answer nor in the middle of it. If the estimate was too low, the error
comes before the first word, and the call is repeated once with a window that is surely enough.
(Versions before October 2025 know neither word; there the window alone must do.)

Source: Ollama documentation, "Context length"; API reference, "Generate a chat completion".
"""

from typing import assert_never

import orjson

from arcano.providers.adapters.ollama_shelf import ModelTraits
from arcano.providers.request import (
    ImagePart,
    ModelRequest,
    ReasoningPart,
    RequestPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

SMALLEST = 4096
ANSWER_TOKENS = 4096
"""Room for an answer whose length nobody limited."""

LONGEST_ANSWER_TOKENS = 16_384
"""More room is not kept, whatever limit is set: such an answer may end with `length`."""

USUAL_BYTES_PER_TOKEN = 3
FEWEST_BYTES_PER_TOKEN = 1
_IMAGE_TOKENS = 2048
_MESSAGE_TOKENS = 16


def windows_for(
    request: ModelRequest, traits: ModelTraits, *, loaded: int | None, limit: int | None
) -> tuple[int | None, ...]:
    """The windows to try, one or two; None leaves it to the server.

    `loaded` is the window in which the model is in memory, `limit` what a person allows.
    """
    if traits.remote:
        return (None,)
    answer = min(request.parameters.max_tokens or ANSWER_TOKENS, LONGEST_ANSWER_TOKENS)
    tried = [
        _window(_tokens(request, bytes_per_token) + answer, traits, loaded=loaded, limit=limit)
        for bytes_per_token in (USUAL_BYTES_PER_TOKEN, FEWEST_BYTES_PER_TOKEN)
    ]
    return tuple(sorted(set(tried)))


def window_for_texts(
    texts: tuple[str, ...], traits: ModelTraits, *, loaded: int | None, limit: int | None
) -> int | None:
    """The window in which each of the texts can be embedded."""
    if traits.remote:
        return None
    longest = max((_size(text) for text in texts), default=0)
    tokens = longest // USUAL_BYTES_PER_TOKEN + _MESSAGE_TOKENS
    return _window(tokens, traits, loaded=loaded, limit=limit)


def _window(needed: int, traits: ModelTraits, *, loaded: int | None, limit: int | None) -> int:
    if loaded and needed <= loaded:
        return loaded
    rounded = 1 << (needed - 1).bit_length()
    window = max(rounded, SMALLEST, traits.window_tokens or 0)
    return min(window, traits.context_tokens or window, limit or window)


def _tokens(request: ModelRequest, bytes_per_token: int) -> int:
    size = images = 0
    for message in request.messages:
        for part in message.parts:
            size += _part_size(part)
            images += isinstance(part, ImagePart)
    if request.tool_choice != "none":
        for tool in request.tools:
            size += _size(tool.name) + _size(tool.description) + len(orjson.dumps(tool.parameters))
    overhead = len(request.messages) * _MESSAGE_TOKENS + images * _IMAGE_TOKENS
    return size // bytes_per_token + overhead


def _part_size(part: RequestPart) -> int:
    match part:
        case TextPart(text) | ReasoningPart(text) | ToolResultPart(text=text):
            return _size(text)
        case ToolCallPart(_, name, arguments):
            return _size(name) + _size(arguments)
        case ImagePart():
            return 0
        case _:
            assert_never(part)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())

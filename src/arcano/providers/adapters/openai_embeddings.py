"""Texts as vectors, in the words of OpenAI's embeddings.

Source: OpenAI API reference, "Create embeddings". As base64 a vector is its 32-bit floats, lowest byte first.
"""

import sys
from array import array
from base64 import b64decode
from math import isfinite
from typing import Any, cast

from arcano.providers.adapters.wire_json import as_count, as_list, as_object
from arcano.providers.events import TokenUsage
from arcano.providers.profiles import Profile
from arcano.providers.provider import Embeddings


def embedding_body(
    model: str, texts: tuple[str, ...], profile: Profile, *, dimensions: int | None
) -> dict[str, Any]:
    """The JSON body that asks for vectors."""
    body: dict[str, Any] = {
        "model": model,
        "input": list(texts),
        "encoding_format": "base64" if profile.vectors_as_base64 else "float",
    }
    if dimensions is not None:
        body["dimensions"] = dimensions
    return body


def embeddings_in(answer: Any, *, count: int) -> Embeddings:
    """The vectors in an answer, in the order of the texts, in whichever encoding each came.

    Raises:
        ValueError: They are not `count` vectors of one length.
        TypeError: There is something else.
        KeyError: The same.
    """
    vectors: list[tuple[float, ...] | None] = [None] * count
    for place, item in enumerate(as_list(as_object(answer).get("data"))):
        vectors[as_object(item).get("index", place)] = _vector(item["embedding"])
    if None in vectors or len({len(vector or ()) for vector in vectors}) != 1:
        raise ValueError
    usage = as_object(answer.get("usage"))
    read = as_count(usage.get("prompt_tokens"))
    return Embeddings(
        tuple(cast("list[tuple[float, ...]]", vectors)),
        None if read is None else TokenUsage(input_tokens=read, output_tokens=0),
    )


def _vector(wire: Any) -> tuple[float, ...]:
    if isinstance(wire, str):
        numbers = array("f", b64decode(wire, validate=True))
        if sys.byteorder == "big":
            numbers.byteswap()
    else:
        numbers = array("d", wire)
    if not numbers or not all(map(isfinite, numbers)):
        raise ValueError
    return tuple(numbers)

"""Texts as vectors, in the words of Google's `batchEmbedContents`.

Source: Gemini API reference, "Embeddings". One call takes at most 100 texts; more are refused by Google.
"""

from typing import Any

from arcano.providers.adapters.wire_json import as_count, as_object
from arcano.providers.events import TokenUsage
from arcano.providers.provider import Embeddings


def embeddings_body(
    resource: str, texts: tuple[str, ...], *, dimensions: int | None
) -> dict[str, Any]:
    """The JSON body that asks for one vector for each text: each its own content, or they are fused."""
    shorter = {} if dimensions is None else {"outputDimensionality": dimensions}
    return {
        "requests": [
            {"model": resource, "content": {"parts": [{"text": text}]}, **shorter} for text in texts
        ]
    }


def read_embeddings(found: Any, *, count: int) -> Embeddings:
    """The vectors of an answer.

    Raises:
        TypeError, ValueError, AttributeError, LookupError: They are not `count` vectors of one length.
    """
    vectors = tuple(
        tuple(float(value) for value in embedding["values"])
        for embedding in found.get("embeddings", ())
    )
    if len(vectors) != count or len({len(vector) for vector in vectors}) > 1:
        raise ValueError
    read = as_count(as_object(found.get("usageMetadata")).get("promptTokenCount"))
    usage = None if read is None else TokenUsage(input_tokens=read, output_tokens=0)
    return Embeddings(vectors, usage)

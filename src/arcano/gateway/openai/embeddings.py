"""Texts to be embedded, and their vectors, in OpenAI's words. Source: OpenAI API reference, "Create embeddings"."""

from array import array
from base64 import b64encode
from collections.abc import Sequence
from sys import byteorder
from typing import Annotated, Any, Literal

import orjson
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from arcano.inference import Embedded
from arcano.platform.errors import InvalidInputError
from arcano.platform.ids import new_id

MAX_TEXTS = 2048
_Text = Annotated[str, StringConstraints(min_length=1, max_length=1_000_000)]
_Encoding = Literal["float", "base64"]


class EmbeddingDraft(BaseModel):
    """The body of `POST /v1/embeddings`. Mistral's client says `output_dimension`, and may want numbers that nobody gives here."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    input: (
        _Text
        | Annotated[
            list[_Text] | list[int] | list[list[int]], Field(min_length=1, max_length=100_000)
        ]
    )
    encoding_format: _Encoding = "float"
    dimensions: Annotated[int, Field(ge=1, le=100_000, strict=True)] | None = Field(
        default=None, validation_alias=AliasChoices("dimensions", "output_dimension")
    )
    output_dtype: Literal["float"] | None = None

    def texts(self) -> tuple[str, ...]:
        """What is to be embedded.

        Raises:
            InvalidInputError: It brings tokens, which only their own model could read, or too many texts.
        """
        if isinstance(self.input, str):
            return (self.input,)
        texts = [text for text in self.input if isinstance(text, str)]
        if len(texts) < len(self.input):
            raise InvalidInputError(
                "input: Send texts. Tokens mean something to one tokenizer alone, and here any model may embed them."
            )
        if len(texts) > MAX_TEXTS:
            raise InvalidInputError(f"input: {MAX_TEXTS} texts are taken at most.")
        return tuple(texts)


def embedding_body(embedded: Embedded, *, model: str, encoding: _Encoding) -> bytes:
    """The vectors as the caller wants them. Usage is 0 where the provider counted nothing: the field must be there."""
    read = 0 if embedded.usage is None else embedded.usage.input_tokens or 0
    encode = _in_base64 if encoding == "base64" else list
    body: dict[str, Any] = {
        # Mistral's client has none without.
        "id": f"embd-{new_id()}",
        "object": "list",
        "data": [
            {"object": "embedding", "index": place, "embedding": encode(vector)}
            for place, vector in enumerate(embedded.vectors)
        ],
        "model": model,
        "usage": {"prompt_tokens": read, "total_tokens": read},
    }
    return orjson.dumps(body)


def _in_base64(vector: Sequence[float]) -> str:
    """As 32-bit floats, the lowest byte first."""
    floats = array("f", vector)
    if byteorder == "big":
        floats.byteswap()
    return b64encode(floats.tobytes()).decode()

"""A model file that lies on this disk, as its own head describes it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from arcano.modelstore.gguf_header import GgufHeader
from arcano.modelstore.tensor_types import quantisation_name

_FOR_VECTORS = frozenset(
    {
        "bert",
        "gemma-embedding",
        "jina-bert-v2",
        "jina-bert-v3",
        "modern-bert",
        "nomic-bert",
        "nomic-bert-moe",
        "t5encoder",
    }
)
_POOLED = frozenset({1, 2, 3})
"""llama.cpp's `llama_pooling_type` of models for vectors: mean, first or last token. 4 ranks, and is none."""
_NOT_ALONE = frozenset({"clip"})
Purpose = Literal["chat", "embedding"]
_NOT_MODELS = frozenset({"adapter", "imatrix", "mmproj", "vocab"})
_HALF_PRECISION_BYTES = 2
NO_TEXT = "Its name or that of its folder is not in UTF-8. Rename it."


@dataclass(frozen=True, slots=True)
class FoundModel:
    """One model, in one file or several.

    `id` is made from the file's name and stays the same while the file does. `context_bytes_per_token`
    is what llama.cpp keeps for each token in half precision; 0 where the file does not say. `problem`
    says in a sentence why the file cannot be used; its other facts are then of little worth. `path` is
    the first of `files`. An embedding model turns text into vectors and answers nothing.
    """

    id: str
    name: str
    path: Path
    size_bytes: int
    context_tokens: int | None = None
    context_bytes_per_token: int = 0
    architecture: str | None = None
    quantisation: str | None = None
    parameters: str | None = None
    capabilities: frozenset[str] = frozenset()
    purpose: Purpose = "chat"
    files: tuple[Path, ...] = ()
    problem: str | None = None


def model_id(file_name: str) -> str:
    """A readable id for a file name: `Qwen3-0.6B-Q8_0.gguf` is `qwen3-0.6b-q8-0`."""
    stem = file_name.lower().removesuffix(".gguf")
    return re.sub(r"[^a-z0-9.]+", "-", stem).strip("-.")[:120] or "model"


def describe(
    model: str, files: Sequence[Path], *, header: GgufHeader, size_bytes: int
) -> FoundModel:
    """The model of id `model` in `files`, as `header`, of the first of them, tells it."""
    architecture = header.text("general.architecture")
    vectors = architecture in _FOR_VECTORS or (
        # Others were made from a model for chat, and say how a text's vector comes of its tokens'.
        header.number(f"{architecture}.pooling_type") in _POOLED
    )
    template = header.text("tokenizer.chat_template") or ""
    return FoundModel(
        id=model,
        name=_name(header, files[0]),
        path=files[0],
        size_bytes=size_bytes,
        context_tokens=header.number(f"{architecture}.context_length") or None,
        context_bytes_per_token=_context_bytes(header, architecture),
        architecture=architecture,
        quantisation=quantisation_name(header.number("general.file_type")),
        parameters=header.text("general.size_label"),
        capabilities=frozenset({"embeddings"}) if vectors else _capabilities(template),
        purpose="embedding" if vectors else "chat",
        files=tuple(files),
    )


def is_whole_model(header: GgufHeader) -> bool:
    """Whether the file holds a model that can be run; not a part of one, or what it was made with."""
    kind = header.text("general.type")
    return header.text("general.architecture") not in _NOT_ALONE and kind not in _NOT_MODELS


def _name(header: GgufHeader, path: Path) -> str:
    """What the model calls itself, with its quantisation, else the file's own name."""
    own = " ".join((header.text("general.name") or "").split())
    if not own.isprintable() or not 0 < len(own) <= 100:
        return path.name.removesuffix(".gguf")
    quantisation = quantisation_name(header.number("general.file_type"))
    if quantisation is None or quantisation.lower() in own.lower():
        return own
    return f"{own} ({quantisation})"


def _context_bytes(header: GgufHeader, architecture: str | None) -> int:
    """Keys and values of one token, in all layers."""

    def number(key: str) -> int:
        return header.number(f"{architecture}.{key}") or 0

    heads = number("attention.head_count")
    kept_heads = number("attention.head_count_kv") or heads
    width = number("embedding_length") // heads if heads else 0
    key_width = number("attention.key_length") or width
    value_width = number("attention.value_length") or width
    return number("block_count") * kept_heads * (key_width + value_width) * _HALF_PRECISION_BYTES


def _capabilities(template: str) -> frozenset[str]:
    """What the model was taught, to be seen by what its chat template provides for."""
    signs = {"tools": "tools", "<think>": "reasoning"}
    return frozenset(capability for sign, capability in signs.items() if sign in template)

"""Finds models that lie here as safetensors: a folder each, with `config.json`, and no GGUF in it.

Reads the description alone. What is in it is checked like anything from elsewhere; a folder that cannot
be used is there too, with its `problem`.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import orjson
from typing_extensions import override

from arcano.platform.file_names import shown
from arcano.providers.local.files import LocalModelFile, LocalModelFiles

_MAX_DESCRIPTION_BYTES = 1024**2
_HALF_PRECISION_BYTES = 2
_DEPTH = 2
_COMPLETE = "model.safetensors.index.json"
_NO_TEXT = "Its name or that of its folder is not in UTF-8. Rename it."


@dataclass(frozen=True, slots=True)
class SafetensorsModel:
    """A model in a folder; `path` is the folder. The other facts as in `LocalModelFile`."""

    id: str
    name: str
    path: Path
    size_bytes: int
    context_tokens: int | None = None
    context_bytes_per_token: int = 0
    capabilities: frozenset[str] = frozenset()
    problem: str | None = None


class SafetensorsFolders(LocalModelFiles):
    """The folders in `folder`, and those in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @override
    async def found(self) -> Sequence[LocalModelFile]:
        return await asyncio.to_thread(lambda: list(_models_in(self._folder)))

    @override
    async def find(self, model_id: str) -> LocalModelFile | None:
        return next((model for model in await self.found() if model.id == model_id), None)


def _models_in(folder: Path) -> Iterator[SafetensorsModel]:
    taken: set[str] = set()
    patterns = ("/".join(["*"] * depth) + "/config.json" for depth in range(1, _DEPTH + 1))
    for config in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        if _is_ours(config.parent) and (model := _described(config.parent)).id not in taken:
            taken.add(model.id)
            yield model


def _is_ours(place: Path) -> bool:
    """Whether weights in safetensors lie there, and no GGUF, which is for the other engine."""
    try:
        names = [path.name.lower() for path in place.iterdir()]
    except OSError:  # it has gone meanwhile, or nobody may look
        return False
    return any(name.endswith(".safetensors") for name in names) and not any(
        name.endswith(".gguf") for name in names
    )


def _described(place: Path) -> SafetensorsModel:
    model_id = re.sub(r"[^a-z0-9.]+", "-", place.name.lower()).strip("-.")[:120] or "model"
    name = shown(place.name)
    model = SafetensorsModel(id=model_id, name=name, path=place, size_bytes=0)
    if shown(place) != str(place):
        return replace(model, problem=_NO_TEXT)
    try:
        weights = list(place.glob("*.safetensors"))
        missing = next((path.name for path in weights if not path.exists()), None)
        config = _object(place / "config.json")
        missing = missing or _missing(place)
        size = 0 if missing else sum(path.stat().st_size for path in weights)
    except (OSError, ValueError) as broken:
        return replace(model, problem=f"Its description cannot be read: {broken}.")
    if missing:
        return replace(model, problem=f"{shown(missing)} is missing. Download the model again.")
    return replace(
        model,
        size_bytes=size,
        context_tokens=_number(config, "max_position_embeddings") or None,
        context_bytes_per_token=_context_bytes(config),
    )


def _missing(place: Path) -> str | None:
    """The name of a file that the model's own list names and that is not there.

    Raises:
        ValueError: The list is none.
    """
    if not (place / _COMPLETE).exists():
        return None
    files: object = _object(place / _COMPLETE).get("weight_map") or {}
    if not isinstance(files, dict):
        raise ValueError("weight_map is no object")  # noqa: TRY004 - the file is wrong, not a type
    names = sorted(set(map(str, cast("dict[str, Any]", files).values())))
    return next((name for name in names if not (place / Path(name).name).exists()), None)


def _object(path: Path) -> dict[str, Any]:
    """The JSON object in a file that is not larger than a description may be.

    Raises:
        ValueError: There is something else.
    """
    with path.open("rb") as file:
        text = file.read(_MAX_DESCRIPTION_BYTES * (16 if path.name == _COMPLETE else 1) + 1)
    value = orjson.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} is no object")  # noqa: TRY004 - the file is wrong, not a type
    return cast("dict[str, Any]", value)


def _number(config: dict[str, Any], *names: str) -> int:
    found = (config.get(name) for name in names)
    return next((value for value in found if type(value) is int and 0 < value < 2**40), 0)


def _context_bytes(config: dict[str, Any]) -> int:
    """Keys and values of one token, in all layers."""
    heads = _number(config, "num_attention_heads", "n_head")
    width = _number(config, "head_dim") or (
        _number(config, "hidden_size", "n_embd") // heads if heads else 0
    )
    kept = _number(config, "num_key_value_heads") or heads
    layers = _number(config, "num_hidden_layers", "n_layer")
    return 2 * layers * kept * width * _HALF_PRECISION_BYTES

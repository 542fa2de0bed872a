"""Open models that can be downloaded with one click, each in several variants, as data.

The data lies in `families/*.toml` and, where the owner wants more, in `DATA_DIR/catalogue.toml`. Sizes and
hashes that are there are those of the files, from at least two independent published sources; a download
that does not match is refused. Where they are None the hub is asked when the download begins, and until
then a size is an estimate from the number of parameters and the bits of each.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from arcano.modelstore.quantisations import estimated_bytes

CONTEXT_TOKENS = 8192
"""The context that a need for memory counts with: one answer."""

_ENGINE_BYTES = 256 * 1024**2
_HALF_PRECISION_BYTES = 2
_STRICT = ConfigDict(extra="forbid")

Purpose = Literal["chat", "code", "embedding"]


@dataclass(frozen=True, slots=True)
class Variant:
    """A model stored in one way. `files` are paths in the hub's repository, several where it is split."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    quantisation: str
    files: tuple[str, ...]
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model that can be downloaded from the hub's repository `repo`.

    `layers`, `kv_heads` and `head_width` are its architecture's and say what context costs.
    `active_parameters` are those that one token passes, where that is not all of them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: str
    family: str
    name: str
    description: str
    licence: str
    licence_url: str
    repo: str
    parameters: int
    layers: int
    kv_heads: int
    head_width: int
    context_tokens: int
    variants: tuple[Variant, ...]
    purpose: Purpose = "chat"
    capabilities: tuple[str, ...] = ()
    active_parameters: int | None = None
    revision: str = "main"

    @property
    def context_bytes_per_token(self) -> int:
        """Keys and values of one token in all layers, in half precision."""
        return self.layers * self.kv_heads * 2 * self.head_width * _HALF_PRECISION_BYTES

    @property
    def active_share(self) -> float:
        return (self.active_parameters or self.parameters) / self.parameters

    def weights_bytes(self, variant: Variant) -> int:
        """The size of its files; an estimate where it is not known."""
        return variant.size_bytes or estimated_bytes(self.parameters, variant.quantisation)

    def memory_bytes(self, variant: Variant) -> int:
        """What it needs to answer: weights, one context, and what the engine takes for itself."""
        context = min(self.context_tokens, CONTEXT_TOKENS) * self.context_bytes_per_token
        return self.weights_bytes(variant) + context + _ENGINE_BYTES

    def variant(self, quantisation: str) -> Variant | None:
        return next((each for each in self.variants if each.quantisation == quantisation), None)


_MODELS = TypeAdapter(tuple[CatalogueModel, ...])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models, and why the owner's own file could not be read, in a sentence."""

    models: tuple[CatalogueModel, ...]
    problem: str | None = None


@cache
def shipped_catalogue() -> tuple[CatalogueModel, ...]:
    """The models that come with Arcano, the smallest first."""
    folder = files("arcano.modelstore").joinpath("families")
    texts = [each.read_text(encoding="utf-8") for each in folder.iterdir()]
    return _sorted(model for text in texts for model in parse_catalogue(text))


def read_catalogue(own_file: Path) -> Catalogue:
    """The shipped models and those of the owner's file, which replace shipped ones of the same id.

    Blocks. A file that is not as it should be is left out as a whole, and the problem says why.
    """
    shipped = shipped_catalogue()
    try:
        own = parse_catalogue(own_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Catalogue(shipped)
    except (OSError, ValueError) as problem:
        return Catalogue(shipped, f"{own_file.name} is left out: {_why(problem)}")
    replaced = {model.id for model in own}
    kept = (model for model in shipped if model.id not in replaced)
    return Catalogue(_sorted((*kept, *own)))


def parse_catalogue(text: str) -> tuple[CatalogueModel, ...]:
    """The models in a file of the catalogue.

    A model names its files by a pattern, `file = "name-{}.gguf"`; a variant that is more than its name
    names its own.

    Raises:
        ValueError: It is no TOML, or a model lacks something or has something unknown.
    """
    content = tomllib.loads(text)
    return _MODELS.validate_python([_with_files(each) for each in content.get("models", [])])


def _with_files(entry: dict[str, Any]) -> dict[str, Any]:
    pattern = str(entry.get("file", ""))
    rest = {name: value for name, value in entry.items() if name != "file"}
    return rest | {"variants": [_variant(each, pattern) for each in entry.get("variants", [])]}


def _variant(entry: object, pattern: str) -> object:
    """A variant with its files; anything that is none is left for the check to find."""
    if isinstance(entry, str):
        return {"quantisation": entry, "files": [pattern.replace("{}", entry)]}
    return entry


def _sorted(models: Iterable[CatalogueModel]) -> tuple[CatalogueModel, ...]:
    return tuple(sorted(models, key=lambda model: (model.parameters, model.id)))


def _why(problem: OSError | ValueError) -> str:
    if isinstance(problem, ValidationError):
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"model {place}: {first['msg']}."
    return f"{problem}."


def whole_name(variant: Variant) -> str:
    """What its first file is called on this disk."""
    return variant.files[0].rpartition("/")[2]

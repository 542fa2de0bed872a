"""The settings of the engine on this machine. Read in entrypoints/settings.py as section `local`."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_DECIMAL = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_UNITS = {**_DECIMAL, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_AMOUNT = re.compile(r"\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|[kmgt]i?b|)\s*", re.IGNORECASE)


def bytes_of(amount: str, *, total: int) -> int:
    """What `12 GB`, `8GiB`, `60 %` or a plain number of bytes is, on a machine with `total` bytes.

    Raises:
        ValueError: It is none of these.
    """
    read = _AMOUNT.fullmatch(amount)
    if read is None:
        raise ValueError("Say it like 12 GB, or as a share of the memory like 60 %.")
    number, unit = float(read["number"]), read["unit"].lower()
    if unit != "%":
        return int(number * _UNITS[unit])
    if number > 100:
        raise ValueError("There is no more than 100 % of the memory.")
    return int(total * number / 100)


def _amount(text: str) -> str:
    bytes_of(text, total=0)
    return text


class LocalSettings(BaseModel):
    """How much of this machine the engine may take. None means: chosen by what the machine has."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    enabled: bool = Field(default=True, description="Answer with models on this machine.")
    memory: Annotated[str, AfterValidator(_amount)] = Field(
        default="75 %",
        description=(
            "What all loaded models together may take of the main memory: `12 GB`, or a share like `60 %`. "
            "When another needs room, the one that was asked longest ago makes it."
        ),
    )
    parallel: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="Answers written at once by one model. Left out: up to 16, or 32 with a graphics "
        "card, as memory allows.",
    )
    context_tokens: int = Field(
        default=8192,
        ge=512,
        le=1_048_576,
        description=(
            "Context for each answer, question included. Less where the model was made for less, "
            "or where memory is short."
        ),
    )
    threads: int | None = Field(
        default=None, ge=1, le=512, description="Threads that compute. Left out: all cores but one."
    )
    gpu_layers: int | None = Field(
        default=None,
        ge=0,
        le=10_000,
        description="Layers of a model that a graphics card computes. Left out: all that fit; 0: none.",
    )
    bits: Literal[4, 8] | None = Field(
        default=None,
        description="For models in safetensors on an NVIDIA card, with bitsandbytes installed: bits for each "
        "weight. Left out: as they are if they fit, else 8 or 4.",
    )
    price_per_hour: float | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="What an hour costs in which this machine answers, in US dollars: each answer costs its part of it, "
        "by the time that it took. Left out: nobody knows.",
    )
    max_loaded: int = Field(
        default=8, ge=1, le=64, description="Models kept in memory at the same time, at most."
    )
    pinned: tuple[str, ...] = Field(
        default=(),
        description="Models, by their id, that are loaded at the start and never make room for others.",
    )
    unload_after: timedelta = Field(
        default=timedelta(minutes=30),
        gt=timedelta(0),
        description="A model that nobody asks for so long leaves the memory, unless it is pinned.",
    )
    load_within: timedelta | None = Field(
        default=None,
        gt=timedelta(0),
        description=(
            "A model that is not ready after so long is given up. Left out: ten minutes and a second for "
            "each 20 MB; one that stands still is given up after 30 seconds."
        ),
    )

    def memory_bytes(self, total: int) -> int:
        """The budget for all loaded models on a machine with `total` bytes."""
        return bytes_of(self.memory, total=total)

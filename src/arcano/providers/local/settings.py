"""The settings of the engine on this machine. Read in entrypoints/settings.py as section `local`."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class LocalSettings(BaseModel):
    """How much of this machine the engine may take. None means: chosen by what the machine has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(default=True, description="Answer with models on this machine.")
    parallel: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="Answers written at once by one model. Left out: 4 to 16, as memory allows.",
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
    max_loaded: int = Field(
        default=1, ge=1, le=16, description="Models kept in memory at the same time."
    )
    unload_after: timedelta = Field(
        default=timedelta(minutes=15),
        gt=timedelta(0),
        description="A model that nobody asks for so long leaves the memory.",
    )
    load_within: timedelta = Field(
        default=timedelta(minutes=10),
        gt=timedelta(0),
        description="A model that is not ready after so long is given up.",
    )

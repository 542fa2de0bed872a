"""Settings of the cache of answers. Read in entrypoints/settings.py as section `inference.cache`."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Kept = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=365))]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
MEBIBYTE = 2**20


class CacheSettings(BaseModel):
    """Answers that are kept, and said again when the same is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: Literal["off", "deterministic", "all"] = Field(
        default="deterministic",
        description="Which answers are kept: `deterministic` are those asked for with temperature 0 or "
        "with a seed, which the model would give again anyway; `all` replays drawn ones too.",
    )
    scope: Literal["user", "everyone"] = Field(
        default="user",
        description="Who hears a kept answer: the person who asked before, or `everyone` here who "
        "asks the very same. How fast it comes then tells that somebody asked it.",
    )
    kept_for: Kept = Field(
        default=timedelta(days=1),
        description="How long an answer is kept. In seconds, or as `P1D`.",
    )
    max_memory_bytes: int = Field(
        default=16 * MEBIBYTE, ge=0, le=2**40, description="Room in memory. The oldest in use go."
    )
    max_disk_bytes: int = Field(
        default=256 * MEBIBYTE,
        ge=0,
        le=2**44,
        description="Room in the database, or in Redis where servers share one.",
    )
    max_answer_bytes: int = Field(
        default=256 * 1024, ge=1, le=2**30, description="A longer answer is not kept."
    )
    similar_model: Name | None = Field(
        default=None,
        description="An embedding model. With it, a single question is also answered by what was "
        "said to a similar one, and labelled so. Left out: only by what was said to the same.",
    )
    similar_threshold: float = Field(
        default=0.95,
        ge=0.5,
        le=1,
        description="How similar: the cosine of the two questions' vectors.",
    )
    similar_questions: int = Field(
        default=200,
        ge=1,
        le=1000,
        description="With how many of the last questions one is compared.",
    )

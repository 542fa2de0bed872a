"""Settings of batch jobs. Read in entrypoints/settings.py as section `batches`."""

from pydantic import BaseModel, ConfigDict, Field


class BatchSettings(BaseModel):
    """How large batch jobs may be, and how hard they work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows_at_once: int = Field(
        default=8,
        ge=1,
        le=1000,
        description="Rows of one job that are asked at the same time, at most.",
    )
    row_attempts: int = Field(
        default=3,
        ge=1,
        le=20,
        description="How often a row is asked whose provider fails, before it counts as failed. "
        "Being asked to slow down does not count.",
    )
    max_input_bytes: int = Field(
        default=50 * 1024 * 1024,
        ge=1024,
        le=1024**3,
        description="The largest file that is taken, in bytes.",
    )
    max_rows: int = Field(
        default=100_000, ge=1, le=10_000_000, description="The most rows that a file may have."
    )
    max_unfinished: int = Field(
        default=50,
        ge=1,
        le=100_000,
        description="The most jobs of one person that have not ended, drafts among them.",
    )

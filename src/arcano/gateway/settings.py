"""Settings of the doors for programs. Read in entrypoints/settings.py as section `gateway`."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class GatewaySettings(BaseModel):
    """What the doors for programs keep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_responses: timedelta = Field(
        default=timedelta(days=30),
        gt=timedelta(0),
        description="How long a response of OpenAI's Responses API is kept that was asked to be stored.",
    )
    background_responses: int = Field(
        default=20,
        ge=1,
        le=10_000,
        description="The most responses of one person that are written in the background at the same time.",
    )

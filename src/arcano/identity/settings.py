"""Settings of sign-in."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class IdentitySettings(BaseModel):
    """How long sessions last and how often one may fail to sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_lifetime: timedelta = Field(
        default=timedelta(days=30),
        description="How long a sign-in lasts, however much it is used.",
    )
    session_idle: timedelta = Field(
        default=timedelta(days=7), description="How long a sign-in lasts without being used."
    )
    attempts_per_account: str = Field(
        default="10 per 5 minutes",
        description="Failed sign-ins for one e-mail before it has to wait.",
    )
    attempts_per_address: str = Field(
        default="50 per 5 minutes",
        description="Failed sign-ins from one network address before it has to wait.",
    )

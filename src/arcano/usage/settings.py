"""The settings of what calls may use. Read in entrypoints/settings.py as section `usage`."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

MOST = 1_000_000_000


class LimitAmounts(BaseModel):
    """How much in a minute, and how many answers at once. Left out: as much as anybody wants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_minute: int | None = Field(
        default=None, ge=1, le=MOST, description="Calls that may begin in one minute."
    )
    tokens_per_minute: int | None = Field(
        default=None,
        ge=1,
        le=MOST,
        description="Tokens that may be read and written in one minute. A call counts as long as it is thought to be, "
        "and as long as it was once it is over.",
    )
    concurrent: int | None = Field(
        default=None,
        ge=1,
        le=MOST,
        description="Answers that may be written at once.",
    )


class LimitSettings(BaseModel):
    """Limits that hold for everybody alike. A key may have limits of its own beside them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: LimitAmounts = LimitAmounts()
    key: LimitAmounts = LimitAmounts()
    address: LimitAmounts = LimitAmounts()
    model: LimitAmounts = LimitAmounts()
    redis_url: SecretStr | None = Field(
        default=None,
        description="A Redis in which several servers count together. Left out: the one of `inference.redis_url`; "
        "without that, each server counts for itself.",
    )


class UsageSettings(BaseModel):
    """What calls may use: see `usage.limits`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: LimitSettings = LimitSettings()

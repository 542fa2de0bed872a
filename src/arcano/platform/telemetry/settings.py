"""The settings of what operators see. Read in entrypoints/settings.py as sections `metrics`, `traces` and `error_reports`.

All of it is off unless something is set here; nothing is loaded then, and nothing is measured.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

HttpAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=1000)]
MIN_TOKEN = 16


class MetricsSettings(BaseModel):
    """Figures for Prometheus at `/metrics`. Without either of these there is no such page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr | None = Field(
        default=None,
        min_length=MIN_TOKEN,
        description="Whoever asks for `/metrics` must bring it: `Authorization: Bearer …`. Sixteen characters or more, "
        "as `openssl rand -hex 32` makes them.",
    )
    from_this_machine: bool = Field(
        default=False,
        description="Whether `/metrics` opens without a token to whoever asks from this machine itself. A request that a "
        "proxy passed on does not count as one.",
    )

    @property
    def are_kept(self) -> bool:
        """Whether anybody may ask for them."""
        return self.token is not None or self.from_this_machine


class TraceSettings(BaseModel):
    """Where the spans of each turn are sent: an OpenTelemetry collector. Needs the extra `otel`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: HttpAddress | None = Field(
        default=None,
        description="Where spans go, as OTLP over HTTP (`http://127.0.0.1:4318/v1/traces`). Left out: there are none.",
    )
    headers: dict[str, SecretStr] = Field(
        default_factory=dict[str, SecretStr],
        description="Headers that the collector asks for, as JSON.",
    )
    share: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Which part of all turns and requests is traced. A caller's `traceparent` is continued, and can keep "
        "a call out of it, but not into it.",
    )
    service_name: str = Field(
        default="arcano",
        min_length=1,
        max_length=200,
        description="What the spans call this server.",
    )
    to_providers: bool = Field(
        default=False,
        description="Whether providers are sent the `traceparent` of the attempt, so that what they trace hangs below it. "
        "It tells them which of their calls belong together.",
    )


class ErrorReportSettings(BaseModel):
    """Where errors that nobody foresaw are reported, by Sentry's protocol. Needs the extra `sentry`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dsn: SecretStr | None = Field(
        default=None,
        description="The address of the project that collects them, with its key. Left out: nothing is reported.",
    )
    environment: str = Field(
        default="production", max_length=64, description="What the reports call this installation."
    )

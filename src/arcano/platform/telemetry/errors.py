"""What can go wrong with what operators see.

ArcanoError
├── ExtraMissingError   500  the settings ask for something that is not installed
└── NoMetricsError      401  the token of the metrics is missing or wrong
"""

from importlib.util import find_spec
from typing import ClassVar

from arcano.platform.errors import ArcanoError


class ExtraMissingError(ArcanoError):
    """A setting needs an extra that is not installed. Install `arcano[otel]` or `arcano[sentry]`, or leave it out."""

    code: ClassVar[str] = "extra-missing"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class NoMetricsError(ArcanoError):
    """The metrics open with their own token alone. Send `Authorization: Bearer …` with `metrics.token` of the settings."""

    code: ClassVar[str] = "metrics-token-wrong"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


def expect_installed(module: str, *, setting: str, extra: str) -> None:
    """Go on only where this module is there.

    Raises:
        ExtraMissingError: It is not.
    """
    try:
        is_there = find_spec(module) is not None
    except ModuleNotFoundError:  # nor is what it lies in
        is_there = False
    if not is_there:
        raise ExtraMissingError(
            f"{setting} is set, but what it needs is not installed. Install it with `pip install 'arcano[{extra}]'`, or "
            "leave the setting out."
        )

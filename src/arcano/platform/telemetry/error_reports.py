"""Reports of errors by Sentry's protocol: what happened and where in the code, of whom and about what not a word.

Whatever is logged as an error is reported. A report is made here, of nothing but what is named here: none of the
library's integrations runs, so that no header, no variable and no line of a log finds its way into one.
"""

import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from arcano.platform.logs import request_id, running_turn
from arcano.platform.telemetry.errors import expect_installed
from arcano.platform.telemetry.settings import ErrorReportSettings
from arcano.platform.telemetry.told_failure import chain_of, frames_of, name_of, short_path

if TYPE_CHECKING:
    from sentry_sdk import Client
    from sentry_sdk.types import Event

CLOSE_WITHIN_SECONDS = 2.0
_ALLOWED = frozenset(
    {"event_id", "timestamp", "platform", "level", "logger", "exception", "tags", "message"}
    | {"release", "environment", "sdk"}
)


@contextmanager
def reporting(settings: ErrorReportSettings, *, version: str) -> Generator[None]:
    """Report errors while the block lasts, if the settings say to whom.

    Raises:
        ExtraMissingError: They do, and `sentry-sdk` is not installed.
    """
    if settings.dsn is None:
        yield
        return
    expect_installed("sentry_sdk", setting="error_reports.dsn", extra="sentry")
    # An extra that most servers do without.
    from sentry_sdk import Client  # noqa: PLC0415

    client = Client(
        dsn=settings.dsn.get_secret_value(),
        release=f"arcano@{version}",
        environment=settings.environment,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        before_send=_only_what_is_named,
    )
    handler = _Reporter(client)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        client.close(timeout=CLOSE_WITHIN_SECONDS)


class _Reporter(logging.Handler):
    def __init__(self, client: "Client") -> None:
        super().__init__(logging.ERROR)
        self._client = client

    @override
    def emit(self, record: logging.LogRecord) -> None:
        # What the library itself logs about a collector that is away is nobody's error.
        if not record.name.startswith(("sentry_sdk", "urllib3")):
            self._client.capture_event(report_of(record))


def report_of(record: logging.LogRecord) -> "Event":
    """A log record as a report: the pattern of its message, not what was filled in; and only if the pattern is ours."""
    report: dict[str, Any] = {
        "level": "fatal" if record.levelno >= logging.CRITICAL else "error",
        "platform": "python",
        "logger": record.name,
        "tags": _tags(),
    }
    if record.name.partition(".")[0] == "arcano":
        report["message"] = str(record.msg)
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        # Sentry has the exception that all came from first, and the one that was met last.
        told = [_exception(one) for one in chain_of(error)]
        report["exception"] = {"values": told[::-1]}
    return report  # pyright: ignore[reportReturnType]  # the library's type is a dict of these names


def _tags() -> dict[str, str]:
    ids = {"request_id": request_id.get(), "turn_id": running_turn.get()}
    return {name: value for name, value in ids.items() if value is not None}


def _exception(error: BaseException) -> dict[str, Any]:
    frames = [
        {
            "filename": short_path(frame.filename),
            "function": frame.name,
            "lineno": frame.lineno,
            "in_app": "/arcano/" in frame.filename,
        }
        for frame in frames_of(error)
    ]
    return {"type": name_of(error), "value": "", "stacktrace": {"frames": frames}}


def _only_what_is_named(event: "Event", _hint: Mapping[str, Any]) -> "Event":
    for name in [name for name in event if name not in _ALLOWED]:
        del event[name]
    return event
